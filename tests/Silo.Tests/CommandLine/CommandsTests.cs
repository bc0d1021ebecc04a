using System.Text.Json;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.CommandLine;

public class CommandsTests
{
    private static readonly string Injector = Path.Combine(SharedData.RepositoryRoot, "examples", "injector");

    [Fact]
    public async Task Formula_evaluates_one()
    {
        var (code, output, _) = await ModelManagerProgram.Run("formula", "A:B**2 + 1", "A:B=3");

        Assert.Equal((0, "10"), (code, output.Trim()));
    }

    [Fact]
    public async Task A_formula_error_is_told_and_fails()
    {
        var (code, _, error) = await ModelManagerProgram.Run("formula", "1/A", "A=0");

        Assert.Equal(1, code);
        Assert.Contains("division by zero", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "[2,4,6]", "A*2", "A=[1,2,3]")]
    [InlineData(0, "[[2,4],[6,8]]", "A*2", "A=[[1,2],[3,4]]")]
    [InlineData(0, "{\"value\":[1,\"inf\"]}", "1/A", "A=[1,0]", "--json")]
    [InlineData(1, "{\"error\":\"division-by-zero\",\"stage\":\"eval\",\"message\":", "1/A", "A=0", "--json")]
    [InlineData(0, "-2", "-A", "A=2")]
    public async Task Formula_prints_arrays_and_json(int expected, string start, params string[] arguments)
    {
        var (code, output, _) = await ModelManagerProgram.Run(["formula", .. arguments]);

        Assert.Equal(expected, code);
        Assert.StartsWith(start, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("formula needs a formula")]
    [InlineData("'A' is no NAME=VALUE", "A", "A")]
    [InlineData("the value of A is 'x'", "A", "A=x")]
    [InlineData("brings its own formulas", "A", "--jsonl", "rows.jsonl")]
    public async Task Wrong_use_of_formula_is_a_usage_error(string message, params string[] arguments)
    {
        var (code, _, error) = await ModelManagerProgram.Run(["formula", .. arguments]);

        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Formula_answers_every_line_of_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "{\"id\":1,\"formula\":\"A\",\"symbols\":{\"A\":2}}\nbroken\n{\"id\":2,\"formula\":\"1/0\"}\n", TestContext.Current.CancellationToken);
            var (code, output, error) = await ModelManagerProgram.Run("formula", "--jsonl", file);

            Assert.Equal(1, code);
            Assert.Contains("1 of 3 lines", error, StringComparison.Ordinal);
            var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("""{"id":1,"value":2}""", answers[0]);
            Assert.StartsWith("""{"error":"row","stage":"row",""", answers[1], StringComparison.Ordinal);
            Assert.StartsWith("""{"id":2,"error":"division-by-zero","stage":"config",""", answers[2], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Formula_reads_rows_from_standard_input()
    {
        using var process = ModelManagerProgram.Start("formula", "--jsonl", "-");
        await process.StandardInput.WriteLineAsync("""{"id":1,"formula":"A:B + 1","symbols":{"A:B":2}}""");
        // The answer comes before the next row is written: rows stream.
        var answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("""{"id":1,"value":3}""", 0), (answer, process.ExitCode));
    }

    [Fact]
    public async Task Usage_errors_have_their_own_exit_code() => Assert.Equal(2, (await ModelManagerProgram.Run("frobnicate")).ExitCode);

    [Theory]
    [InlineData("1 to 65535", "demo", "--port", "0")]
    [InlineData("1 to 65535", "run", "--port", "65536")]
    [InlineData("1 to 65535", "silo", "--silo-port", "-1")]
    [InlineData("from 0.001", "run", "-o", "--timeout", "-1")]
    [InlineData("from 0.001", "run", "-o", "--timeout", "1e300")]
    [InlineData("from 0.001", "run", "-o", "--timeout", "nan")]
    [InlineData("0 to 1024", "silo", "--model-threads", "-3")]
    [InlineData("--timeout abc: give seconds", "run", "-o", "--timeout", "abc")]
    [InlineData("--port 80.5: a port is a number", "silo", "--port", "80.5")]
    [InlineData("--check-models x: give seconds, from 0.1", "silo", "--check-models", "x")]
    [InlineData("--keep x: give a number from 0", "cache", "prune", "--keep", "x")]
    [InlineData("--count -1: give a whole number from 0", "pv", "get", "X", "--count", "-1")]
    [InlineData("--count 0: give a whole number from 1", "pv", "monitor", "X", "--count", "0")]
    [InlineData("not an IP address", "silo", "--address", "999.1.1.1")]
    [InlineData("--name", "deploy", "x.yaml", "--name", "")]
    public async Task Values_out_of_bounds_are_usage_errors(string expected, params string[] arguments)
    {
        var (code, _, error) = await ModelManagerProgram.Run(arguments);

        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_plug_ins_that_is_not_there_ends_the_command()
    {
        var (code, _, error) = await ModelManagerProgram.Run("evaluate", "-l", Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "--plugins", "no-such-folder");

        Assert.Equal(1, code);
        Assert.Contains("no-such-folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_name_the_file_that_was_found_in_a_folder()
    {
        var (code, _, error) = await ModelManagerProgram.Run("run", "-c", Injector, "-l", Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "--simulate", "-o");

        Assert.Equal(1, code);
        Assert.Contains("pv_mapping.yaml:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_run_is_told_with_the_way_out()
    {
        var (code, _, error) = await ModelManagerProgram.Run("run");

        Assert.Equal(1, code);
        Assert.Contains("-c FILE", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_shot_of_the_injector_prints_every_output_and_ends_with_0()
    {
        var (code, output, error) = await ModelManagerProgram.Run("-c", Injector, "-l", Injector, "--simulate", "-o", "-p");

        Assert.True(code == 0, error);
        Assert.Equal(6, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("LUME:MLFLOW:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_shot_without_its_inputs_fails_and_names_them()
    {
        var folder = Directory.CreateTempSubdirectory("mm-oneshot-");
        try
        {
            var yaml = await File.ReadAllTextAsync(Path.Combine(Injector, "pv_mapping.yaml"));
            var file = Path.Combine(folder.FullName, "pv_mapping.yaml");
            await File.WriteAllTextAsync(file, yaml.Replace("get_method: p4p", "get_method: memory", StringComparison.Ordinal).Replace("put_method: p4p_server", "put_method: memory", StringComparison.Ordinal));

            var (code, _, error) = await ModelManagerProgram.Run("run", "-c", file, "-l", Injector, "-o", "--timeout", "1");

            Assert.Equal(1, code);
            Assert.Contains("waits for", error, StringComparison.Ordinal);
            Assert.Contains("SOLN:IN20:121:BACT", error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task One_shot_that_is_stopped_by_a_signal_has_failed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        var folder = Directory.CreateTempSubdirectory("mm-oneshot-");
        try
        {
            var yaml = await File.ReadAllTextAsync(Path.Combine(Injector, "pv_mapping.yaml"));
            var file = Path.Combine(folder.FullName, "pv_mapping.yaml");
            await File.WriteAllTextAsync(file, yaml.Replace("get_method: p4p", "get_method: memory", StringComparison.Ordinal).Replace("put_method: p4p_server", "put_method: memory", StringComparison.Ordinal));
            using var process = ModelManagerProgram.Start("run", "-c", file, "-l", Injector, "-o", "-d", "--timeout", "3600");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var end = patience.Token.Register(() => process.Kill(entireProcessTree: true));
            while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains("runs generation", StringComparison.Ordinal))
            {
            }

            using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync(patience.Token);
            var error = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);

            Assert.Equal(1, process.ExitCode);
            Assert.Contains("stopped before there was a complete result", error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_model_alone_runs_on_the_simulator_where_that_is_asked_for()
    {
        var (code, output, error) = await ModelManagerProgram.Run("-l", Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "--simulate", "-o");

        Assert.True(code == 0, error);
        Assert.StartsWith("y ", output, StringComparison.Ordinal);
        Assert.Contains("(not published)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_shows_each_stage_of_a_tick()
    {
        using var process = ModelManagerProgram.Start("-l", Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "--simulate", "-d");
        var seen = new HashSet<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var end = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        while (seen.Count < 4 && await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.TrimStart().Split(' ')[0] is "in" or "formula" or "model" or "out")
                seen.Add(line.TrimStart().Split(' ')[0]);
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);

        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public async Task Evaluate_prints_one_object_per_row()
    {
        var rows = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(rows, ["{\"x1\": 1.5, \"x2\": 2}", "{\"x3\": 1}"]);

            var (code, output, _) = await ModelManagerProgram.Run("evaluate", "-l", Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "--input", rows);

            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(1, code);
            Assert.Equal(2, lines.Length);
            Assert.True(JsonDocument.Parse(lines[0]).RootElement.GetProperty("outputs").GetProperty("y").TryGetDouble(out _));
            Assert.Contains("x3", JsonDocument.Parse(lines[1]).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(rows);
        }
    }

    [Fact]
    public async Task Validate_finds_every_error_and_migrate_gives_a_valid_graph()
    {
        var (code, output, _) = await ModelManagerProgram.Run("validate", Injector, "--strict");
        Assert.True(code == 0, output);

        var (migrated, graph, error) = await ModelManagerProgram.Run("migrate", Injector);
        Assert.True(migrated == 0, error);
        var file = Path.ChangeExtension(Path.GetTempFileName(), ".yaml");
        await File.WriteAllTextAsync(file, graph);
        try
        {
            Assert.Equal(0, (await ModelManagerProgram.Run("validate", file, "--strict")).ExitCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_command_without_a_server_says_how_to_start_one()
    {
        var (code, _, error) = await ModelManagerProgram.Run("list", "--server", "http://127.0.0.1:9");

        Assert.Equal(1, code);
        Assert.Contains("model_manager silo", error, StringComparison.Ordinal);
    }
}
