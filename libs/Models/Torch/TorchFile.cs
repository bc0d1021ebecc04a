namespace ModelManager.Models.Torch;

/// <summary>A <c>.pt</c> file as inert data.</summary>
internal static class TorchFile
{
    /// <param name="file">How the file is called in errors.</param>
    /// <exception cref="TorchFileException">Whatever is wrong with it.</exception>
    public static object? Read(string file, byte[] bytes, TorchLimits limits)
    {
        using var archive = TorchArchive.Open(file, bytes, limits);
        return new PickleReader(archive.Pickle.Span, new TorchGlobals(archive), file, limits).Read();
    }
}
