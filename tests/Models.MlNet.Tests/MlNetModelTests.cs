using Microsoft.ML;
using Microsoft.ML.Data;
using ModelManager.Models.Tests;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Models.MlNet.Tests;

public class MlNetModelTests
{
    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    [Fact]
    public void The_trained_model_gives_what_the_typed_engine_gives_and_does_not_ask_for_its_label()
    {
        var path = SharedData.Require("data/models/mlnet/mlnet_california.zip");
        using var model = Load(path);
        Assert.Equal(["Score"], model.Info.Outputs.Select(o => o.Name));
        var names = model.Info.Inputs.Select(i => i.Name).ToArray();
        var ml = new MLContext(seed: 1);
        var pipeline = ml.Model.Load(path, out var schema);
        Assert.Superset(names.ToHashSet(), schema.Select(c => c.Name).ToHashSet());
        Assert.True(names.Length < schema.Count);

        var random = new Random(7);
        for (var row = 0; row < 20; row++)
        {
            var values = names.Select(_ => Math.Round(random.NextDouble() * 10, 3)).ToArray();
            var expected = Reference(ml, pipeline, schema, names, values);
            Assert.Equal(expected, Evaluate(model, [.. values.Select(PvValue.Double)])[0].AsDouble());
        }
    }

    [Fact]
    public void A_row_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        using var model = Load(Pipelines.SaveFormulas(folder));
        var (inputs, outputs, warnings) = (new[] { PvValue.Double(1), PvValue.Double(2), PvValue.Integer(PvKind.Int32, 3) }, new PvValue[2], new List<ModelWarning>());
        Assert.Equal(0, Allocations.PerCall(() => model.Evaluate(inputs, outputs, warnings)));
    }

    [Fact]
    public void Flags_texts_and_vectors_go_through()
    {
        using var folder = new TemporaryFolder();
        using var model = Load(Pipelines.SaveKinds(folder));
        Assert.Equal([PvKind.Boolean, PvKind.String, PvKind.Float64Array], model.Info.Inputs.Select(i => i.Kind));
        for (var call = 0; call < 2; call++)
        {
            var outputs = Evaluate(model, PvValue.Boolean(call == 0), PvValue.String($"quad {call}"), PvValue.Array(new[] { 1.5, call, -2 }));
            Assert.Equal(PvValue.Boolean(call == 0), outputs[0]);
            Assert.Equal($"quad {call}", outputs[1].AsString());
            Assert.Equal([1.5f, call, -2], (float[])outputs[2].AsArray());
        }
        Assert.Contains("input 'Wave' is a Float64Array", Assert.Throws<ModelException>(() => Evaluate(model, PvValue.Boolean(true), PvValue.String("a"), PvValue.Array(new[] { 1.0 }))).Message);
        Assert.Contains("input 'Name' is a Float64", Assert.Throws<ModelException>(() => Evaluate(model, PvValue.Boolean(true), PvValue.Double(1), PvValue.Array(new[] { 1.0, 2, 3 }))).Message);
    }

    [Fact]
    public void Trees_are_evaluated()
    {
        using var folder = new TemporaryFolder();
        using var model = Load(Pipelines.SaveTrees(folder));
        Assert.Equal(["Strength"], model.Info.Inputs.Select(i => i.Name));
        Assert.Equal([0, 0, 10, 10], new[] { -1, 4.5, 5.5, 100 }.Select(strength => Math.Round(Evaluate(model, PvValue.Double(strength))[0].AsDouble(), 4)));
    }

    [Fact]
    public void An_integer_column_takes_no_fraction()
    {
        using var folder = new TemporaryFolder();
        using var model = Load(Pipelines.SaveFormulas(folder));
        Assert.Contains("input 'Pulses' is 1.5; it takes an integer", Assert.Throws<ModelException>(() => Evaluate(model, PvValue.Double(1), PvValue.Double(2), PvValue.Double(1.5))).Message);
    }

    [Theory]
    [InlineData(3e9)]
    [InlineData(-3e9)]
    [InlineData(double.NaN)]
    public void An_integer_that_its_column_does_not_hold_is_refused_instead_of_wrapping_round(double pulses)
    {
        using var folder = new TemporaryFolder();
        using var model = Load(Pipelines.SaveFormulas(folder));
        Assert.Equal(4 + 2147483648.0, Evaluate(model, PvValue.Double(1), PvValue.Double(2), PvValue.Integer(PvKind.Int64, int.MinValue))[1].AsDouble());
        Assert.Contains("input 'Pulses'", Assert.Throws<ModelException>(() => Evaluate(model, PvValue.Double(1), PvValue.Double(2), PvValue.Double(pulses))).Message);
    }

    [Fact]
    public void Units_defaults_and_ranges_come_from_a_yaml_beside_it()
    {
        using var folder = new TemporaryFolder();
        var path = Pipelines.SaveFormulas(folder);
        folder.Write("variables.yml", "input_variables:\n  Strength: {default_value: 3.0, value_range: [0, 5], unit: kG}\n  Phase:\n  Pulses:\noutput_variables: [y]\n");
        using var model = Load(path);
        Assert.Equal(["Strength"], model.Info.Inputs.Select(i => i.Name));       // all that y depends on
        Assert.Equal("kG", model.Info.Inputs[0].Units);
        Assert.Equal(7, Evaluate(model, default(PvValue))[0].AsDouble());
        var warnings = new List<ModelWarning>();
        model.Evaluate([PvValue.Double(6)], new PvValue[1], warnings);
        Assert.Single(warnings);
    }

    internal static IModel Load(string path) => new MlNetModelLoader().Load(new ModelSource(path, "m"), CancellationToken.None);

    private static PvValue[] Evaluate(IModel model, params PvValue[] inputs)
    {
        var outputs = new PvValue[model.Info.Outputs.Length];
        model.Evaluate(inputs, outputs, []);
        return outputs;
    }

    // The usual way of ML.NET: a class made for the schema, here at run time, and its prediction engine.
    private static float Reference(MLContext ml, ITransformer pipeline, DataViewSchema schema, string[] names, double[] values)
    {
        var loader = ml.Data.CreateTextLoader([.. schema.Select((c, i) => new TextLoader.Column(c.Name, DataKind.Single, i))], separatorChar: ',');
        var line = string.Join(',', schema.Select(c => Array.IndexOf(names, c.Name) is >= 0 and var i ? values[i].ToString(System.Globalization.CultureInfo.InvariantCulture) : "0"));
        using var folder = new TemporaryFolder();
        var result = pipeline.Transform(loader.Load(folder.Write("row.csv", line + "\n")));
        return ml.Data.CreateEnumerable<Prediction>(result, reuseRowObject: false, ignoreMissingColumns: true).Single().Score;
    }
}
