using System.Collections.Immutable;
using System.Text.Json;
using ModelManager.Configuration;
using ModelManager.Configuration.Spec;
using ModelManager.Models;
using ModelManager.Silo.CommandLine;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Silo.Tests.CommandLine;

public sealed class PassThroughConfigurationTests
{
    private static readonly ModelInfo Model = new(
        "m", "onnx", "d",
        [
            new("GUN:x\"1", PvKind.Float64, "mm", PvValue.Double(0.1), new ModelRange(-1.5, 2)),
            new("w", PvKind.Float64Array, Shape: [16]),
            new("img", PvKind.Image, Shape: [3, 4]),
            new("free", PvKind.Float64, Range: new ModelRange(double.NegativeInfinity, double.PositiveInfinity)),
        ],
        [new("y", Units: "um"), new("out", PvKind.Image, Shape: [2, 5])]);

    [Fact]
    public void What_the_model_says_of_its_variables_becomes_hosted_PVs()
    {
        var spec = SpecReader.Read(PassThroughConfiguration.For(Model, simulate: false), "m.yaml", new SpecReaderOptions { Strict = true }).OrThrow();

        Assert.Equal(["p4p_server", "p4p_server"], spec.Interfaces.Select(i => i.Subtype));
        var inputs = spec.Interfaces.First().Variables.ToDictionary(v => v.PvName);
        var x = inputs["GUN:x\"1"];
        Assert.Equal((0.1, "mm", -1.5, 2.0), (x.Default.AsDouble(), x.Units, x.Display.Low, x.Display.High));
        Assert.Equal((PvShape.Array, 16), (inputs["w"].Shape, inputs["w"].Length!.Value));
        Assert.Equal((PvShape.Image, 4, 3), (inputs["img"].Shape, inputs["img"].ImageSize!.X, inputs["img"].ImageSize!.Y));
        Assert.True(inputs["free"].Default.IsNone);
        var outputs = spec.Interfaces.Last().Variables.ToDictionary(v => v.PvName);
        Assert.Equal(("um", 5, 2), (outputs["y"].Units, outputs["out"].ImageSize!.X, outputs["out"].ImageSize!.Y));
    }

    [Fact]
    public void Simulated_it_is_the_simulator() => Assert.All(
        SpecReader.Read(PassThroughConfiguration.For(Model, simulate: true), "m.yaml", new SpecReaderOptions { Strict = true }).OrThrow().Interfaces,
        i => Assert.Equal("simulator", i.Subtype));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_alone_takes_puts_and_serves_its_outputs_only_when_they_are_published(bool publish)
    {
        var ports = new EpicsPorts();
        var env = Path.GetTempFileName();
        await File.WriteAllTextAsync(env, JsonSerializer.Serialize(ports.Variables));
        using var process = ModelManagerProgram.Start(["-l", Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "-e", env, .. publish ? ["-p"] : ImmutableArray<string>.Empty]);
        try
        {
            await using var client = ports.Client();
            Assert.Equal(1.0, (await client.Get("x1", timeout: EpicsPorts.Generous)).Value.AsDouble());      // the model's default
            if (!publish)
            {
                await client.Put("x1", 2.0, timeout: EpicsPorts.Generous);
                await Assert.ThrowsAsync<ModelManager.Epics.Net.PvaTimeoutException>(() => client.Get("y", timeout: TimeSpan.FromSeconds(2)));
                return;
            }
            var before = (await client.Get("y", timeout: EpicsPorts.Generous)).Value.AsDouble();
            using var patience = new CancellationTokenSource(EpicsPorts.Generous);
            await using var updates = client.Monitor("y", patience.Token).GetAsyncEnumerator();
            await client.Put("x1", 2.0, timeout: EpicsPorts.Generous);
            var after = before;
            while (Math.Abs(after - before) < 0.1 && await updates.MoveNextAsync())
                if (updates.Current.Kind == PvUpdateKind.Value)
                    after = updates.Current.Sample.Value.AsDouble();
            // y = x1 exp(-x2^2 / 2), learned; x2 has its default of 0.5.
            Assert.Equal(2 * Math.Exp(-0.125), after, 0.1);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            File.Delete(env);
        }
    }
}
