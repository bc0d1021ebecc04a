using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.CommandLine;

/// <summary>Models of other runtimes as typed by a user: <c>examples/image</c>, once as ONNX, once as a Python class, and <c>inspect</c>.</summary>
public class RuntimesTests
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Image = Path.Combine(SharedData.RepositoryRoot, "examples", "image");

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
