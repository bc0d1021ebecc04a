namespace ModelManager.Silo.CommandLine;

/// <summary>What a command ends with.</summary>
public static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
}
