using ModelManager.Values;

namespace ModelManager.Models.Conformance;

/// <summary>What every <see cref="IModel"/> does, whichever runtime runs it. A runtime's tests derive from this; the file is linked where it is needed.</summary>
public abstract class ModelConformance
{
    /// <summary>A new instance of one and the same model.</summary>
    protected abstract IModel Create();

    /// <summary>Valid rows of inputs, all named, no two alike; three at least.</summary>
    protected abstract IReadOnlyList<IReadOnlyDictionary<string, double>> Rows { get; }

    /// <summary>What the first row gives, from an independent source.</summary>
    protected abstract IReadOnlyDictionary<string, double> Expected { get; }

    /// <summary>How far off it may be, relatively.</summary>
    protected virtual double Tolerance => 1e-12;

    [Fact]
    public void Says_what_it_is()
    {
        using var model = Create();
        Assert.NotEmpty(model.Info.Runtime);
        Assert.NotEmpty(model.Info.Digest);
        Assert.Equal(model.Info.Inputs.Select(i => i.Name).Distinct(), model.Info.Inputs.Select(i => i.Name));
        Assert.Equal(model.Info.Outputs.Select(o => o.Name).Distinct(), model.Info.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void Takes_inputs_and_gives_outputs_in_the_order_of_its_info()
    {
        using var model = Create();
        var outputs = Evaluate(model, Rows[0]);
        Assert.Equal(Expected.Keys.Order(), model.Info.Outputs.Select(o => o.Name).Order());
        foreach (var (output, value) in model.Info.Outputs.Zip(outputs))
            AssertSame(Expected[output.Name], value, output.Name);
    }

    [Fact]
    public void A_missing_input_is_its_default_or_refused_by_name()
    {
        using var model = Create();
        for (var i = 0; i < model.Info.Inputs.Length; i++)
        {
            var input = model.Info.Inputs[i];
            var inputs = Inputs(model, Rows[0]);
            inputs[i] = default;
            var outputs = new PvValue[model.Info.Outputs.Length];
            if (input.Default.IsNone)
            {
                var error = Assert.Throws<ModelException>(() => model.Evaluate(inputs, outputs, []));
                Assert.Contains(input.Name, error.Message);
                continue;
            }
            model.Evaluate(inputs, outputs, []);
            inputs[i] = input.Default;
            var given = new PvValue[outputs.Length];
            model.Evaluate(inputs, given, []);
            Assert.Equal(given, outputs);
        }
    }

    [Fact]
    public void A_NaN_does_not_stay()
    {
        using var model = Create();
        var before = Evaluate(model, Rows[1]);
        var inputs = Inputs(model, Rows[0]);
        inputs[0] = PvValue.Double(double.NaN);
        try
        {
            model.Evaluate(inputs, new PvValue[model.Info.Outputs.Length], []);
        }
        catch (ModelException refused)
        {
            Assert.Contains(model.Info.Inputs[0].Name, refused.Message);
        }
        Assert.Equal(before, Evaluate(model, Rows[1]));
    }

    [Fact]
    public void A_batch_gives_what_its_rows_give()
    {
        using var model = Create();
        var inputs = model.Info.Inputs.Select(i => PvValue.Array(Rows.Select(row => row[i.Name]).ToArray())).ToArray();
        var outputs = new PvValue[model.Info.Outputs.Length];
        model.Evaluate(inputs, outputs, []);
        for (var row = 0; row < Rows.Count; row++)
        {
            var alone = Evaluate(model, Rows[row]);
            for (var i = 0; i < outputs.Length; i++)
                AssertSame(alone[i], Convert.ToDouble(outputs[i].AsArray().GetValue(row)), $"row {row}, {model.Info.Outputs[i].Name}");
        }
    }

    [Fact]
    public void Arrays_of_different_lengths_are_refused()
    {
        using var model = Create();
        if (model.Info.Inputs.Length < 2)
            return;
        var inputs = model.Info.Inputs.Select((input, i) => PvValue.Array(Enumerable.Repeat(Rows[0][input.Name], i == 0 ? 2 : 3).ToArray())).ToArray();
        Assert.Throws<ModelException>(() => model.Evaluate(inputs, new PvValue[model.Info.Outputs.Length], []));
    }

    [Fact]
    public void Text_for_a_number_is_refused_by_the_name_of_the_input()
    {
        using var model = Create();
        var inputs = Inputs(model, Rows[0]);
        inputs[^1] = PvValue.String("1.5");
        var error = Assert.Throws<ModelException>(() => model.Evaluate(inputs, new PvValue[model.Info.Outputs.Length], []));
        Assert.Contains(model.Info.Inputs[^1].Name, error.Message);
    }

    [Fact]
    public void Too_few_inputs_or_outputs_are_refused()
    {
        using var model = Create();
        var inputs = Inputs(model, Rows[0]);
        Assert.Throws<ModelException>(() => model.Evaluate(inputs.AsSpan(1), new PvValue[model.Info.Outputs.Length], []));
        Assert.Throws<ModelException>(() => model.Evaluate(inputs, [], []));
    }

    [Fact]
    public void Warnings_are_added_to_those_there_are()
    {
        using var model = Create();
        var warnings = new List<ModelWarning> { new("earlier", "kept") };
        model.Evaluate(Inputs(model, Rows[0]), new PvValue[model.Info.Outputs.Length], warnings);
        Assert.Equal(new("earlier", "kept"), warnings[0]);
    }

    [Fact]
    public async Task Threads_do_not_disturb_each_other_when_it_keeps_no_state()
    {
        using var model = Create();
        if (!model.Info.IsStateless)
            return;
        var expected = Rows.Select(row => Evaluate(model, row)).ToArray();
        using var start = new Barrier(4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            for (var call = 0; call < 100; call++)
                Assert.Equal(expected[(call + thread) % Rows.Count], Evaluate(model, Rows[(call + thread) % Rows.Count]));
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    [Fact]
    public void Disposed_it_answers_no_more_and_disposing_again_does_no_harm()
    {
        var model = Create();
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Evaluate(Inputs(model, Rows[0]), new PvValue[model.Info.Outputs.Length], []));
    }

    private static PvValue[] Inputs(IModel model, IReadOnlyDictionary<string, double> row) => [.. model.Info.Inputs.Select(i => PvValue.Double(row[i.Name]))];

    private static double[] Evaluate(IModel model, IReadOnlyDictionary<string, double> row)
    {
        var outputs = new PvValue[model.Info.Outputs.Length];
        model.Evaluate(Inputs(model, row), outputs, []);
        return [.. outputs.Select(o => o.AsDouble())];
    }

    private void AssertSame(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance * Math.Max(Math.Abs(expected), 1e-3), $"{what}: expected {expected:R}, got {actual:R}");
}
