namespace ModelManager.Models.Torch;

/// <summary>A <c>.pt</c> file is broken, or asks for something that is not on the list of what may be loaded. The message names the file and the thing.</summary>
public sealed class TorchFileException(string file, string problem, Exception? inner = null) : Exception($"{file}: {problem}", inner)
{
    public string File { get; } = file;
    public string Problem { get; } = problem;
}
