namespace ModelManager.Models.Torch;

/// <summary>A <c>.pt</c> file as inert data.</summary>
internal static class TorchFile
{
    /// <param name="file">How the file is called in errors.</param>
    /// <exception cref="TorchFileException">Whatever is wrong with it.</exception>
    public static object? Read(string file, byte[] bytes, TorchLimits limits)
    {
        using var archive = TorchArchive.Open(file, bytes, limits);
        return Read(archive);
    }

    public static object? Read(TorchArchive archive)
    {
        if (archive.IsScript)
            throw new TorchFileException(archive.File, "a TorchScript file (it has constants.pkl), where a pickled module is expected");
        return new PickleReader(archive.Pickle.Span, new TorchGlobals(archive), archive.File, archive.Limits).Read();
    }
}
