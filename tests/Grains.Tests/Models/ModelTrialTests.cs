using Microsoft.Extensions.Time.Testing;
using ModelManager.Grains.Models;
using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Grains.Tests.Models;

public sealed class ModelTrialTests : IAsyncDisposable
{
    private readonly ModelHost _host = new(new ModelHostOptions { Threads = 1 }, [], TimeProvider.System);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static ModelVariable X(double? value = 2, ModelRange? range = null) => new("x", Default: value is { } v ? PvValue.Double(v) : default, Range: range);

    private async Task<string?> Try(Func<PvValue, PvValue> model, ModelVariable input, ModelVariable? output = null)
    {
        using var lease = _host.Adopt(new FunctionModel(model, input, output ?? new("y")), "test");
        try
        {
            await ModelTrial.Run(_host, lease, TestContext.Current.CancellationToken);
            return null;
        }
        catch (DeploymentException refused)
        {
            return refused.Message;
        }
    }

    [Fact]
    public async Task It_is_evaluated_on_its_defaults()
    {
        PvValue seen = default;
        Assert.Null(await Try(x => seen = x, X(2)));
        Assert.Equal(2, seen.AsDouble());
    }

    [Fact]
    public async Task What_fails_on_its_own_defaults_is_refused()
    {
        Assert.Equal("model 'm' failed its dry run on default inputs: output 'y' is NaN", await Try(_ => PvValue.Double(double.NaN), X()));
        Assert.Equal("model 'm' failed its dry run on default inputs: output 'y' stayed empty", await Try(_ => default, X()));
        Assert.Contains("no such layer", await Try(_ => throw new ModelException("no such layer"), X()), StringComparison.Ordinal);
        Assert.EndsWith("output 'y' has 3 elements, its signature says 2x2", await Try(_ => PvValue.Array(new double[3]), X(), new("y", PvKind.Float64Array, Shape: [2, 2])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_defaults_the_middle_of_the_range_is_tried_and_an_error_proves_nothing()
    {
        PvValue seen = default;
        Assert.Null(await Try(x => throw new ModelException($"{seen = x}"), X(null, new ModelRange(2, 6))));
        Assert.Equal(4, seen.AsDouble());
    }

    [Fact]
    public async Task What_no_inputs_would_mend_is_refused_also_without_defaults() =>
        Assert.Contains("its process was lost", await Try(_ => throw new ModelFaultException("its process was lost"), X(null)), StringComparison.Ordinal);

    [Fact]
    public async Task A_call_that_never_returns_is_refused_also_without_defaults()
    {
        var time = new FakeTimeProvider();
        var host = new ModelHost(new ModelHostOptions { Threads = 1, CallTimeout = TimeSpan.FromSeconds(30) }, [], time);
        using var release = new ManualResetEventSlim();
        using var lease = host.Adopt(new FunctionModel(x => { release.Wait(); return x; }, X(null), new("y")), "test");
        var trial = ModelTrial.Run(host, lease, TestContext.Current.CancellationToken);
        while (!trial.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Contains("30 s", (await Assert.ThrowsAsync<DeploymentException>(() => trial)).Message, StringComparison.Ordinal);
        release.Set();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Images_and_arrays_are_tried_with_zeros_of_their_shape()
    {
        PvValue seen = default;
        Assert.Null(await Try(x => { seen = x; return PvValue.Double(0); }, new("x", PvKind.Image, Shape: [3, 4])));
        Assert.Equal((3, 4, 12), (seen.AsImage().Rows, seen.AsImage().Columns, seen.AsImage().Pixels.Length));
        Assert.Null(await Try(x => { seen = x; return PvValue.Double(0); }, new("x", PvKind.Float64Array, Shape: [5])));
        Assert.Equal(5, seen.AsArray().Length);
    }

    private sealed class FunctionModel(Func<PvValue, PvValue> function, ModelVariable input, ModelVariable output) : IModel
    {
        public ModelInfo Info { get; } = new("m", "test", "digest", [input], [output]);

        public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings) => outputs[0] = function(inputs[0]);

        public void Dispose()
        {
        }
    }
}
