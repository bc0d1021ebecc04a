namespace ModelManager.Benchmarks.Silo;

/// <summary>How busy the machine is: stands beside every figure that another program can spoil.</summary>
internal static class Load
{
    private const string File = "/proc/loadavg";

    public static string Now => System.IO.File.Exists(File)
        ? $"load {System.IO.File.ReadAllText(File).Split(' ')[0]} on {Environment.ProcessorCount} cores"
        : $"{Environment.ProcessorCount} cores";
}
