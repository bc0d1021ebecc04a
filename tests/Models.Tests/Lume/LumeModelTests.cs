using System.Collections.Immutable;
using ModelManager.Models.Dense;
using ModelManager.Models.Lume;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Lume;

/// <summary>lume's validation, defaults and shapes, on y = 2 a + b.</summary>
public class LumeModelTests
{
    private readonly List<ModelWarning> _warnings = [];

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(-5.0, true)]
    [InlineData(5.0, true)]
    [InlineData(5.00000001, true)]                  // within the absolute tolerance of 1e-8
    [InlineData(5.0000001, false)]
    [InlineData(-5.1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void The_range_is_inclusive_with_a_tolerance(double a, bool inside)
    {
        var output = Evaluate(Model(), PvValue.Double(a), PvValue.Double(1));
        Assert.Equal(2 * a + 1, output.AsDouble());
        Assert.Equal(inside, !_warnings.Exists(w => w.Variable == "a"));
    }

    [Fact]
    public void The_warning_names_value_variable_and_range()
    {
        Evaluate(Model(), PvValue.Double(7.5), default);
        Assert.Equal([new("a", "Value (7.5) of 'a' is out of valid range: ([-5,5]).")], _warnings);
    }

    [Fact]
    public void An_error_stops_the_evaluation_and_none_says_nothing()
    {
        var error = Assert.Throws<ModelException>(() => Evaluate(Model(Validation.Error), PvValue.Double(6), default));
        Assert.Equal("model 'sum': Value (6) of 'a' is out of valid range: ([-5,5]).", error.Message);
        Assert.Equal(13, Evaluate(Model(Validation.None), PvValue.Double(6), default).AsDouble());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_constant_is_compared_with_its_default_and_used_as_given()
    {
        Assert.Equal(3.5, Evaluate(Model(), PvValue.Double(1), PvValue.Double(1.5)).AsDouble());
        Assert.Equal([new("b", "Value (1.5) of 'b' differs from its constant 1.")], _warnings);
    }

    [Fact]
    public void Missing_inputs_take_their_defaults() => Assert.Equal(2 * 0.25 + 1, Evaluate(Model(), default, default).AsDouble());

    [Fact]
    public void An_input_without_default_is_required()
    {
        var model = Make([Variable("a") with { Default = null }, Variable("b")], Validation.Warn);
        var error = Assert.Throws<ModelException>(() => Evaluate(model, default, PvValue.Double(1)));
        Assert.Equal("model 'sum': input 'a' is missing and has no default", error.Message);
    }

    [Fact]
    public void A_NaN_result_is_reported_whatever_the_range()
    {
        Assert.True(double.IsNaN(Evaluate(Model(), PvValue.Double(double.NaN), default).AsDouble()));
        Assert.Contains(new("y", "Value NaN of 'y' is not a number."), _warnings);
    }

    [Fact]
    public void A_bad_result_can_be_an_error()
    {
        var model = Make([Variable("a"), Variable("b")], Validation.Error);
        var error = Assert.Throws<ModelException>(() => Evaluate(model, PvValue.Double(1e9), default));
        Assert.StartsWith("model 'sum': Value (2000000000.25) of 'y' is out of valid range", error.Message);
    }

    public static TheoryData<PvValue> NotNumbers => [PvValue.Boolean(true), PvValue.String("1"), PvValue.Array(new[] { "1" }), PvValue.Array(new[] { true }), PvValue.Image(new PvImage(new byte[4], [2, 2]))];

    [Theory]
    [MemberData(nameof(NotNumbers))]
    public void What_is_not_a_number_is_refused_by_the_name_of_its_input(PvValue value)
    {
        var error = Assert.Throws<ModelException>(() => Evaluate(Model(Validation.None), default, value));
        Assert.StartsWith($"model 'sum': input 'b' is a {value.Kind}", error.Message);
        Assert.EndsWith("it takes numbers", error.Message);
    }

    public static TheoryData<Array> NumericArrays => [new[] { 1.0, 2 }, new[] { 1f, 2 }, new sbyte[] { 1, 2 }, new byte[] { 1, 2 }, new short[] { 1, 2 }, new ushort[] { 1, 2 }, new[] { 1, 2 }, new uint[] { 1, 2 }, new long[] { 1, 2 }, new ulong[] { 1, 2 }];

    [Theory]
    [MemberData(nameof(NumericArrays))]
    public void Arrays_of_any_number_are_a_batch(Array b)
    {
        var output = Evaluate(Model(Validation.None), PvValue.Array(new[] { 10.0, 20 }), PvValue.Array(b));
        Assert.Equal([21, 42], (double[])output.AsArray());
    }

    [Fact]
    public void A_missing_input_of_a_batch_is_its_default_in_every_row() =>
        Assert.Equal([3, 5, 7], (double[])Evaluate(Model(), PvValue.Array(new[] { 1.0, 2, 3 }), default).AsArray());

    [Fact]
    public void A_batch_of_nothing_and_of_one_are_arrays()
    {
        Assert.Empty((double[])Evaluate(Model(), PvValue.Array(Array.Empty<double>()), default).AsArray());
        Assert.Equal([3], (double[])Evaluate(Model(), PvValue.Array(new[] { 1.0 }), default).AsArray());
    }

    [Fact]
    public void A_batch_warns_once_per_variable()
    {
        Evaluate(Model(), PvValue.Array(new[] { 1.0, 9, -9, 2 }), default);
        Assert.Equal([new("a", "Value (9) of 'a' is out of valid range: ([-5,5]). (row 1; 2 of 4 rows)")], _warnings);
    }

    [Fact]
    public void Arrays_of_different_length_and_mixed_shapes_are_refused()
    {
        var lengths = Assert.Throws<ModelException>(() => Evaluate(Model(), PvValue.Array(new[] { 1.0, 2 }), PvValue.Array(new[] { 1.0 })));
        Assert.Equal("model 'sum': input 'b' has 1 elements and another input has 2; the arrays of a batch have one length", lengths.Message);
        var mixed = Assert.Throws<ModelException>(() => Evaluate(Model(), PvValue.Array(new[] { 1.0, 2 }), PvValue.Double(1)));
        Assert.Equal("model 'sum': input 'b' is a scalar and other inputs are arrays; give all as scalars, or all as arrays of one length", mixed.Message);
    }

    [Fact]
    public void Integers_and_enumerations_are_numbers() => Assert.Equal(5, Evaluate(Model(Validation.None), PvValue.Integer(PvKind.Int16, 2), PvValue.Enum(1)).AsDouble());

    [Fact]
    public void Doubles_stay_doubles()
    {
        // lume's scalar path would round 1/3 to 32 bits.
        Assert.Equal(2 * (1.0 / 3) + 1, Evaluate(Model(), PvValue.Double(1.0 / 3), default).AsDouble());
    }

    [Fact]
    public void The_module_gives_its_outputs_and_takes_its_inputs_in_its_orders()
    {
        var info = Case.Of("module").Model.Info;
        Assert.Equal(["d", "a:b", "c"], info.Inputs.Select(i => i.Name));
        Assert.Equal(["r", "p"], info.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void The_info_has_what_the_YAML_says()
    {
        var input = Case.Of("affine").Model.Info.Inputs[1];
        Assert.Equal(new ModelVariable("x2", PvKind.Float64, "mm", PvValue.Double(0.25), new ModelRange(-1000, 1000, 1e-8)), input);
        Assert.Equal(["y1", "y1_std", "y2", "y2_std"], Case.Of("ensemble").Model.Info.Outputs.Select(o => o.Name));
    }

    private PvValue Evaluate(LumeModel model, PvValue a, PvValue b)
    {
        var outputs = new PvValue[1];
        model.Evaluate([a, b], outputs, _warnings);
        return outputs[0];
    }

    private static LumeModel Model(Validation validation = Validation.Warn) =>
        Make([Variable("a") with { Low = -5, High = 5, Validation = validation }, Variable("b") with { Default = 1, IsConstant = true, Validation = validation }], validation == Validation.None ? Validation.None : Validation.Warn, unbounded: true);

    private static LumeModel Make(ImmutableArray<LumeVariable> inputs, Validation output, bool unbounded = false)
    {
        var network = Network.Of("sum", 2, [new LinearLayer(2, 1, [2, 1], null)]);
        var y = unbounded ? Variable("y") : Variable("y") with { Low = -1e6, High = 1e6 };
        ImmutableArray<LumeVariable> outputs = [y with { Default = null, Validation = output }];
        return new("sum", "lume-native", DenseEvaluator.Create(network, false), "00", inputs, inputs, outputs, outputs, isEnsemble: false);
    }

    private static LumeVariable Variable(string name) => new(name, 0.25, double.NegativeInfinity, double.PositiveInfinity, 1e-8, false, "", Validation.Warn);
}
