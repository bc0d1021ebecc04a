using System.Text.RegularExpressions;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.CommandLine;

/// <summary>The examples of the original's README, unchanged, on simulated PVs.</summary>
public sealed partial class OriginalExamplesTests
{
    [Theory]
    [InlineData(1, "simple", 1)]
    [InlineData(2, "injector", 6)]
    public async Task An_example_gives_a_complete_result(int number, string model, int outputs)
    {
        var readme = await File.ReadAllTextAsync(SharedData.Require("reference/original-readme.md"));
        var file = Path.Combine(Directory.CreateTempSubdirectory("mm-example-").FullName, "pv_mapping.yaml");
        await File.WriteAllTextAsync(file, Example(readme, number));
        try
        {
            var (code, output, error) = await ModelManagerProgram.Run("run", "-c", file, "-l", Path.Combine(SharedData.RepositoryRoot, "examples", model), "--simulate", "--strict", "-o", "-p");

            Assert.True(code == 0, error);
            Assert.Equal(outputs, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("LUME:MLFLOW:", StringComparison.Ordinal)));
            Assert.DoesNotContain("INVALID", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public async Task The_published_model_is_served_by_its_folder()
    {
        var model = SharedData.Require("data/models/lcls/model");

        var (code, output, error) = await ModelManagerProgram.Run("run", "-c", Path.Combine(SharedData.RepositoryRoot, "examples", "injector", "pv_model.yaml"), "-l", model, "--simulate", "-o");

        Assert.True(code == 0, error);
        Assert.Contains("LUME:PV_MODEL:OTRS:IN20:571:XRMS ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_gives_every_row_once()
    {
        var result = Path.Combine(Directory.CreateTempSubdirectory("mm-batch-").FullName, "result.csv");
        var examples = Path.Combine(SharedData.RepositoryRoot, "examples");
        var yaml = (await File.ReadAllTextAsync(Path.Combine(examples, "batch", "pv_mapping.yaml")))
            .Replace("path: examples/batch/result.csv", $"path: {result}", StringComparison.Ordinal)
            .Replace("path: examples/batch/", $"path: {examples}/batch/", StringComparison.Ordinal);
        var file = Path.ChangeExtension(result, ".yaml");
        await File.WriteAllTextAsync(file, yaml);
        try
        {
            var (code, output, error) = await ModelManagerProgram.Run("run", "-c", file, "-l", Path.Combine(examples, "simple"), "-p");

            Assert.True(code == 0, error);
            Assert.Contains("300 rows done", output, StringComparison.Ordinal);
            Assert.Equal(301, File.ReadLines(result).Count());
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(result)!, recursive: true);
        }
    }

    private static string Example(string readme, int number) =>
        FencedYaml().Match(readme, readme.IndexOf($"### Example {number}", StringComparison.Ordinal)).Groups[1].Value;

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FencedYaml();
}
