using Xunit;

namespace ModelManager.Testing;

/// <summary>Reference data that lies beside the checkout (<c>../shared</c>) and is not part of it: tests that need it skip where it is absent.</summary>
public static class SharedData
{
    /// <summary>The reason such a skip gives; <c>.ci/allowed-skips.txt</c> knows it.</summary>
    public const string AbsentReason = "the reference data folder ../shared is not beside this checkout";

    /// <summary>The root of this checkout, found from the test's own folder.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The full path of a file or folder under <c>../shared</c>; the calling test is skipped where it is absent.</summary>
    /// <param name="relative">For example <c>data/formulas/corpus.jsonl</c>.</param>
    public static string Require(string relative)
    {
        var path = Path.Combine(SharedRoot(), relative);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), AbsentReason);
        return path;
    }

    private static string SharedRoot() =>
        Environment.GetEnvironmentVariable("MODEL_MANAGER_SHARED") is { Length: > 0 } set ? set : Path.Combine(RepositoryRoot, "..", "shared");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ModelManager.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"no ModelManager.sln above {AppContext.BaseDirectory}: tests run from a build inside the checkout");
    }
}
