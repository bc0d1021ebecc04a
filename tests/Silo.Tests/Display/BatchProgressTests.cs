using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ModelManager.Silo.Tests.CommandLine;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.Display;

/// <summary>Runs over recorded data, as a user starts, stops and reads them.</summary>
public sealed partial class BatchProgressTests : IDisposable
{
    private static readonly string Examples = Path.Combine(SharedData.RepositoryRoot, "examples");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mm-batch-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task A_run_that_is_stopped_has_failed_and_its_rows_do_not_look_like_the_whole_result(string extension)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        var result = File("result." + extension);
        var configuration = Configure(Path.Combine(Examples, "batch", "shift.csv"), result, "rate: 20");
        using var process = ModelManagerProgram.Start("run", "-c", configuration, "-l", Path.Combine(Examples, "simple"), "-p");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var end = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains(" rows, ", StringComparison.Ordinal))
        {
        }

        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(patience.Token);
        var error = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);

        Assert.Equal(1, process.ExitCode);
        var told = StoppedAfter().Match(error);
        Assert.True(told.Success, error);
        Assert.InRange(int.Parse(told.Groups["rows"].Value, CultureInfo.InvariantCulture), 1, 299);
        Assert.Equal(result + ".part", told.Groups["part"].Value);
        Assert.False(System.IO.File.Exists(result));
        Assert.True(System.IO.File.Exists(result + ".part"));
        if (extension == "csv")
            Assert.Equal(told.Groups["written"].Value, (System.IO.File.ReadLines(result + ".part").Count() - 1).ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Damaged_data_are_told_by_their_place_and_what_came_before_is_computed()
    {
        var damaged = File("damaged.csv");
        var rows = Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}.5,{i},0.5"));
        await System.IO.File.WriteAllLinesAsync(damaged, ["time,LUME:MLFLOW:TEST_A,LUME:MLFLOW:TEST_B", .. rows, "1,2"]);
        var result = File("result.csv");

        var (code, _, error) = await ModelManagerProgram.Run("run", "-c", Configure(damaged, result), "-l", Path.Combine(Examples, "simple"), "-p");

        Assert.Equal(1, code);
        Assert.Contains($"error: {damaged}:1002: found 2 cells, expected 3", error, StringComparison.Ordinal);
        Assert.Contains($"stopped after 1000 rows, before the end of the data; {result} is not complete, its first 1000 rows are in {result}.part", error, StringComparison.Ordinal);
        // No trace of it; one of a port that another process took meanwhile is not meant.
        Assert.DoesNotContain("FileDataException", error, StringComparison.Ordinal);
        Assert.Equal(1001, System.IO.File.ReadLines(result + ".part").Count());
    }

    [Fact]
    public async Task The_same_rows_give_the_same_results_in_whatever_format_they_are()
    {
        var expected = File("result.csv");
        var (code, output, error) = await ModelManagerProgram.Run("run", "-c", Configure(Path.Combine(Examples, "batch", "shift.csv"), expected), "-l", Path.Combine(Examples, "simple"), "-p");
        Assert.True(code == 0, error);
        Assert.Contains("300 rows done", output, StringComparison.Ordinal);

        foreach (var extension in new[] { "jsonl", "parquet" })
        {
            var copy = File("copy." + extension);
            (code, _, error) = await ModelManagerProgram.Run("run", "-c", Copy(Path.Combine(Examples, "batch", "shift.csv"), copy), "-p");
            Assert.True(code == 0, error);
            var result = File($"from-{extension}.csv");
            (code, _, error) = await ModelManagerProgram.Run("run", "-c", Configure(copy, result), "-l", Path.Combine(Examples, "simple"), "-p");
            Assert.True(code == 0, error);
            Assert.Equal(await System.IO.File.ReadAllLinesAsync(expected), await System.IO.File.ReadAllLinesAsync(result));
        }
    }

    [GeneratedRegex(@"error: stopped after (?<rows>\d+) rows, before the end of the data; \S+ is not complete, its first (?<written>\d+) rows are in (?<part>\S+)")]
    private static partial Regex StoppedAfter();

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private string Configure(string input, string output, string more = "") => Write("batch.yaml", $$"""
        deployment: {type: continuous}
        input_data:
          get_method: file
          config:
            path: {{input}}
            time_column: time
            {{more}}
            variables:
              LUME:MLFLOW:TEST_A: {proto: pva, name: LUME:MLFLOW:TEST_A}
              LUME:MLFLOW:TEST_B: {proto: pva, name: LUME:MLFLOW:TEST_B}
        input_data_to_model:
          type: SimpleTransformer
          config:
            symbols: [LUME:MLFLOW:TEST_A, LUME:MLFLOW:TEST_B]
            variables:
              x1: {formula: LUME:MLFLOW:TEST_A}
              x2: {formula: LUME:MLFLOW:TEST_B}
        output_model_to_data:
          type: SimpleTransformer
          config:
            symbols: [y]
            variables:
              LUME:MLFLOW:TEST_G: {formula: y}
        output_data_to:
          put_method: file
          config:
            path: {{output}}
            time_column: time
            severity: true
            variables:
              LUME:MLFLOW:TEST_G: {proto: pva, name: LUME:MLFLOW:TEST_G}
        """);

    private string Copy(string input, string output) => Write("copy.yaml", $$"""
        deployment: {type: continuous}
        modules:
          tape:
            type: interface.file
            pub: rows
            config:
              path: {{input}}
              time_column: time
              variables:
                LUME:MLFLOW:TEST_A: {proto: pva}
                LUME:MLFLOW:TEST_B: {proto: pva}
          copy:
            type: interface.file
            sub: rows
            config:
              path: {{output}}
              time_column: time
              severity: true
              variables:
                LUME:MLFLOW:TEST_A: {proto: pva}
                LUME:MLFLOW:TEST_B: {proto: pva}
        """);

    private string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }
}
