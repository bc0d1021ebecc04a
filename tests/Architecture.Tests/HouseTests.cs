using ModelManager.Testing;

namespace ModelManager.Architecture.Tests;

/// <summary>The frame of the repository: what stands at the top, and how long a file may grow.</summary>
public class HouseTests
{
    private static readonly string[] TopLevel = ["silo", "client", "grains", "grains.interfaces", "libs", "tests", "infra", "examples", "docs"];
    private static readonly string[] NotOurs = ["bin", "obj", "artifacts", "TestResults", "node_modules", "model_manager_data"];

    [Fact]
    public void The_top_level_holds_the_house_and_nothing_else()
    {
        var folders = Directory.EnumerateDirectories(SharedData.RepositoryRoot).Select(path => Path.GetFileName(path)!).Where(name => !name.StartsWith('.')).Except(NotOurs);
        Assert.Empty(folders.Except(TopLevel));
    }

    [Fact]
    public void No_source_file_is_over_four_hundred_lines_long()
    {
        var separator = Path.DirectorySeparatorChar;
        var tooLong = Directory.EnumerateFiles(SharedData.RepositoryRoot, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{separator}obj{separator}", StringComparison.Ordinal) && !path.Contains($"{separator}bin{separator}", StringComparison.Ordinal))
            .Where(path => File.ReadLines(path).Skip(400).Any());
        Assert.Empty(tooLong);
    }
}
