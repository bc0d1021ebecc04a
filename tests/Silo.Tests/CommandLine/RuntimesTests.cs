using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.CommandLine;

/// <summary>Models of other runtimes as typed by a user: <c>examples/image</c>, once as ONNX, once as a Python class, and <c>inspect</c>.</summary>
public sealed class RuntimesTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly Mlflow.ScratchFolder _folder = new();

    private static readonly string Image = Path.Combine(SharedData.RepositoryRoot, "examples", "image");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("image.onnx", null)]
    [InlineData("model.py", "ImageModelFactory")]
    public async Task The_image_example_gives_every_output(string model, string? factory)
    {
        string[] named = factory is null ? [Path.Combine(Image, model)] : [Path.Combine(Image, model), factory];
        var (code, output, error) = await ModelManagerProgram.Run(["run", "-c", Path.Combine(Image, "pv_mapping.yaml"), "-l", .. named, "--python-interpreter", Python, "--simulate", "-o", "-p", "--timeout", "60"]);

        Assert.True(code == 0, error);
        var lines = output.Split('\n').Where(line => line.StartsWith("LUME:MLFLOW:TEST_", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["IMAGE", "Y_MAX", "Y_MEAN", "Y_MIN", "Y_STD"], lines.Select(line => line["LUME:MLFLOW:TEST_".Length..].Split([' ', '\t', '='], 2)[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("INVALID", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspect_tells_the_runtime_and_why()
    {
        var (code, output, error) = await ModelManagerProgram.Run("inspect", "-l", Image, "--json");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal("onnx", json.RootElement.GetProperty("runtime").GetString());
        Assert.Equal(["lume-native", "torch-native", "onnx", "ml.net", "python"], json.RootElement.GetProperty("runtimes").EnumerateArray().Select(r => r.GetProperty("runtime").GetString()));
        Assert.Equal("image", json.RootElement.GetProperty("inputs")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Python_that_is_denied_is_not_run_and_the_way_out_is_told()
    {
        var (code, output, _) = await ModelManagerProgram.Run("inspect", "-l", Path.Combine(Image, "model.py"), "ImageModelFactory", "--python", "deny");

        Assert.Equal(1, code);
        Assert.Contains("--python allow", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_says_how_much_a_Python_model_may_take()
    {
        var model = _folder.File("greedy.py", "input_variables, output_variables = ['mib'], ['y']\nclass Greedy:\n    def evaluate(self, d):\n        return {'y': float(len(bytearray(int(d['mib']) << 20)))}\n");
        var rows = _folder.File("rows.jsonl", """
            {"mib": 1}
            {"mib": 400}
            """);

        var (code, output, _) = await ModelManagerProgram.Run("evaluate", "-l", model, "Greedy", "-i", rows, "--python-interpreter", Python, "--python-memory", "300");
        var none = await ModelManagerProgram.Run("evaluate", "-l", model, "Greedy", "-i", rows, "--python-workers", "0");

        Assert.Equal((1, 2), (code, none.ExitCode));
        Assert.Contains("{\"y\":1048576}", output, StringComparison.Ordinal);
        Assert.Contains("MemoryError", output, StringComparison.Ordinal);
        Assert.Contains("--python-workers 0: give a number of processes, from 1 to 1024", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_it_takes_its_workers_with_it()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var silo = ModelManagerProgram.Start("run", "-c", Path.Combine(Image, "pv_mapping.yaml"), "-l", Path.Combine(Image, "model.py"), "ImageModelFactory", "--python-interpreter", Python, "--simulate", "-d");
        var errors = silo.StandardError.ReadToEndAsync(patience.Token);
        while (await silo.StandardOutput.ReadLineAsync(patience.Token) is { } line && !line.Contains("y_max", StringComparison.Ordinal))
        {
        }
        var child = Assert.Single(ChildrenOf(silo.Id));
        using var worker = Process.GetProcessById(child);

        silo.Kill();

        await worker.WaitForExitAsync(patience.Token);
        await errors;
        Assert.True(worker.HasExited);
    }

    [Fact]
    public async Task Killed_it_takes_what_its_models_started_with_it()
    {
        // In a session of its own, as daemons have it.
        var model = _folder.File("starts.py", await File.ReadAllTextAsync(Path.Combine(Image, "model.py"), TestContext.Current.CancellationToken)
            + "\nimport subprocess\nprint('child', subprocess.Popen(['sleep', '3600'], start_new_session=True).pid, flush=True)\n");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var silo = ModelManagerProgram.Start("run", "-c", Path.Combine(Image, "pv_mapping.yaml"), "-l", model, "ImageModelFactory", "--python-interpreter", Python, "--simulate", "-d");
        var output = silo.StandardOutput.ReadToEndAsync(patience.Token);
        string? line;
        while ((line = await silo.StandardError.ReadLineAsync(patience.Token)) is not null && !line.Contains("child ", StringComparison.Ordinal))
        {
        }
        Assert.NotNull(line);
        using var child = Process.GetProcessById(int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

        silo.Kill();

        await child.WaitForExitAsync(patience.Token);
        Assert.True(child.HasExited);
    }

    private static IEnumerable<int> ChildrenOf(int parent) =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Where(name => Parent(name!) == parent).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    // proc(5): the parent is the second field behind the name, which is in parentheses.
    private static int Parent(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;                          // it has ended meanwhile
        }
    }
}
