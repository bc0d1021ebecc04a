using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

/// <summary>Row numbers are those of upstream.md B1.</summary>
public class SimpleTransformerTests
{
    private static ITransformer Make(string[] symbols, params (string, string)[] formulas)
    {
        var errors = new List<SpecError>();
        var made = TransformerRegistry.BuiltIn.Create(Simple(symbols, formulas), errors);
        Assert.Empty(errors);
        return made!;
    }

    private static PvSample[] Evaluate(string[] symbols, (string, string)[] formulas, params PvValue[] values) =>
        new NodeEvaluator(Make(symbols, formulas)).Evaluate([.. values.Select((v, i) => new PvSample(v, default, At(100 + i)))]);

    private static PvSample One(string formula, params PvValue[] values) =>
        Evaluate([.. "abcdefg"[..values.Length].Select(c => c.ToString())], [("x", formula)], values)[0];

    private static PvValue D(double value) => PvValue.Double(value);

    [Fact]
    public void Row_1_readme_example()
    {
        var outputs = Evaluate(["P:A", "P:B", "P:C"], [("x1", "P:A"), ("x3", "P:C + P:B")], D(1), D(2), D(3));
        Assert.Equal([1.0, 5.0], outputs.Select(o => o.Value.AsDouble()));
    }

    [Fact]
    public void Row_2_constant_and_root()
    {
        var outputs = Evaluate(["X:XRMS", "X:YRMS"], [("r", "(X:XRMS**2+X:YRMS**2)**(1/2)"), ("c", "1.855")], D(3), D(4));
        Assert.Equal([5.0, 1.855], outputs.Select(o => o.Value.AsDouble()));
    }

    [Fact]
    public void Row_3_every_declared_symbol_is_waited_for_used_or_not()
    {
        var evaluator = new NodeEvaluator(Make(["a", "b"], ("s", "a")));
        Assert.Equal(default, evaluator.Evaluate([new(D(1), default, At(1)), default])[0]);
        Assert.Equal(D(1), evaluator.Evaluate([new(D(1), default, At(1)), new(D(2), default, At(1))])[0].Value);
    }

    // Upstream never updates; here a transformer without symbols has its value from the start.
    [Fact]
    public void Row_4_no_symbols() => Assert.Equal(D(1.5), Evaluate([], [("c", "1.5")])[0].Value);

    [Fact]
    public void Row_6_an_undeclared_symbol_is_an_error_of_the_configuration()
    {
        var errors = new List<SpecError>();
        Assert.Null(TransformerRegistry.BuiltIn.Create(Simple(["a"], ("c", "a+b"), ("d", "a+")), errors));
        Assert.Equal(2, errors.Count);
        Assert.StartsWith("test.yaml:7:3: variable 'c': ", errors[0].ToString());
        Assert.Contains("'b'", errors[0].Problem);
    }

    // Upstream silently took A:B and A_B for one.
    [Fact]
    public void Row_8_names_that_differ_are_kept_apart() => Assert.Equal(D(3), Evaluate(["A:B", "A_B"], [("c", "A:B+A_B")], D(1), D(2))[0].Value);

    [Fact]
    public void Row_11_a_declared_name_wins_over_a_constant() => Assert.Equal(D(10), Evaluate(["E"], [("c", "E*2")], D(5))[0].Value);

    [Fact]
    public void Row_14_a_pole_concerns_its_own_output_only()
    {
        var outputs = Evaluate(["a", "b"], [("bad", "1/a"), ("good", "b*2")], D(0), D(4));
        Assert.Equal(Alarm.Invalid(AlarmStatus.Calc, "Formula '1/a' for 'bad': division by zero"), outputs[0].Alarm);
        Assert.True(outputs[0].Value.IsNone);
        Assert.Equal(D(8), outputs[1].Value);
        Assert.Equal(AlarmSeverity.NoAlarm, outputs[1].Alarm.Severity);
    }

    [Fact]
    public void Row_15_edges()
    {
        Assert.Equal(D(double.NegativeInfinity), One("log(a)", D(0)).Value);
        Assert.Equal("Formula 'sqrt(a)' for 'x' gave a complex value; a real number is needed", One("sqrt(a)", D(-1)).Alarm.Message);
    }

    [Fact]
    public void Row_16_not_a_number_is_invalid()
    {
        var sample = One("a+b", D(double.NaN), D(1));
        Assert.True(double.IsNaN(sample.Value.AsDouble()));
        Assert.Equal(Alarm.Invalid(AlarmStatus.Calc, "x is NaN"), sample.Alarm);
    }

    [Fact]
    public void Row_17_waveforms_are_element_wise()
    {
        var w = PvValue.Array(new double[] { 1, 2, 3 });
        Assert.Equal(PvValue.Array(new double[] { 3, 5, 7 }), One("a*b+1", w, D(2)).Value);
        Assert.Equal(w, One("a", w).Value);
        Assert.Equal(PvValue.Array(new double[] { 1, 4, 9 }), One("a*a", w).Value);
        Assert.Equal(D(3), One("3", w).Value);
        Assert.Equal(PvValue.Array(new double[] { 2, 4 }), One("2*a", PvValue.Array(new short[] { 1, 2 })).Value);
        Assert.Equal(PvValue.Array(new double[] { 0, 1 }), One("a*1.0", PvValue.Array(new[] { false, true })).Value);
    }

    [Fact]
    public void Row_18_an_array_of_one_becomes_a_scalar()
    {
        Assert.Equal(D(7), One("a", PvValue.Array(new double[] { 7 })).Value);
        Assert.Equal(D(14), One("a*2", PvValue.Array(new double[] { 7 })).Value);
    }

    [Fact]
    public void Row_19_images_keep_their_shape_and_columns_of_one_are_squeezed()
    {
        Assert.Equal(PvValue.Array(new double[] { 2, 4, 6 }), One("2*a", PvValue.Image(new PvImage(new double[] { 1, 2, 3 }, [3, 1]))).Value);
        Assert.Equal(PvValue.Image(new PvImage(new double[] { 2, 4, 6, 8 }, [2, 2])), One("2*a", PvValue.Image(new PvImage(new byte[] { 1, 2, 3, 4 }, [2, 2]))).Value);
    }

    [Fact]
    public void Row_20_shapes_that_do_not_fit_are_invalid()
    {
        var sample = One("a+b", PvValue.Array(new double[3]), PvValue.Array(new double[2]));
        Assert.Equal(AlarmSeverity.Invalid, sample.Alarm.Severity);
        Assert.Contains("shape", sample.Alarm.Message);
    }

    [Theory]
    [InlineData("a>2", 5, 1.0)]
    [InlineData("Piecewise((1,a>2),(0,True))", 5, 1.0)]
    [InlineData("a^2", 5, 25.0)]
    [InlineData("a%3", 7.5, 1.5)]
    [InlineData("a//2", 7.5, 3.0)]
    public void Row_21_operators(string formula, double a, double expected) => Assert.Equal(D(expected), One(formula, D(a)).Value);

    [Fact]
    public void Row_25_a_bare_symbol_passes_alarm_time_and_metadata()
    {
        var meta = new PvMeta { Kind = PvKind.Int32, Units = "mm", Version = 3 };
        var alarm = new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, "y: HIHI");
        var evaluator = new NodeEvaluator(Make(["y"], ("PV:Y", "y"), ("PV:Z", "y*2")));
        var outputs = evaluator.Evaluate([new(PvValue.Integer(PvKind.Int32, 5), alarm, At(5, 1, 9), 0, meta)]);
        Assert.Equal(new PvSample(D(5), alarm, At(5, 1, 9), 0, meta with { Kind = PvKind.Float64 }), outputs[0]);
        Assert.Equal(new PvSample(D(10), alarm, At(5, 1, 9)), outputs[1]);
        Assert.Same(outputs[0].Meta, evaluator.Evaluate([new(PvValue.Integer(PvKind.Int32, 6), alarm, At(6), 0, meta)])[0].Meta);
    }

    public static TheoryData<PvValue, double> Numbers => new()
    {
        { PvValue.Boolean(true), 1 },
        { PvValue.Single(3.1f), 3.1f },
        { PvValue.Integer(PvKind.Int64, -7), -7 },
        { PvValue.Integer(PvKind.UInt64, -1), 18446744073709551615.0 },
        { PvValue.Enum(2), 2 },
    };

    // upstream crashes on most of these.
    [Theory]
    [MemberData(nameof(Numbers))]
    public void Type_table_numbers(PvValue value, double expected)
    {
        Assert.Equal(D(expected), One("a", value).Value);
        Assert.Equal(D(expected * 2), One("a*2", value).Value);
    }

    [Fact]
    public void Type_table_what_is_no_number_is_named()
    {
        Assert.Equal("Formula 'a*2' for 'x': a is a string, a number is needed", One("a*2", PvValue.String("3.5")).Alarm.Message);
        Assert.Equal("Formula 'a' for 'x': a is a string, a number is needed", One("a", PvValue.String("3.5")).Alarm.Message);
        Assert.Contains("a is an array of strings", One("a+1", PvValue.Array(new[] { "x" })).Alarm.Message);
        Assert.Contains("a is an image compressed with 'jpeg'", One("a+1", PvValue.Image(new PvImage(new byte[3], [1, 3], "jpeg"))).Alarm.Message);
        Assert.Equal(PvValue.Array(Array.Empty<double>()), One("a", PvValue.Array(Array.Empty<double>())).Value);
    }

    [Fact]
    public void A_string_that_a_formula_does_not_use_does_not_concern_it()
    {
        var outputs = Evaluate(["a", "b"], [("x", "a+1"), ("y", "b")], D(1), PvValue.String("off"));
        Assert.Equal(D(2), outputs[0].Value);
        Assert.Equal(AlarmSeverity.NoAlarm, outputs[0].Alarm.Severity);
        Assert.Equal(AlarmSeverity.Invalid, outputs[1].Alarm.Severity);
    }

    [Fact]
    public void An_input_without_a_value_gives_its_own_reason()
    {
        var gone = new PvSample(default, Alarm.Invalid(AlarmStatus.Comm, "PV:A: disconnected"), At(9));
        var outputs = new NodeEvaluator(Make(["a", "b"], ("x", "a+b"), ("y", "a"), ("z", "b"))).Evaluate([gone, new(D(1), default, At(8))]);
        Assert.Equal([gone.Alarm, gone.Alarm, Alarm.None], outputs.Select(o => o.Alarm));
        Assert.Equal([true, true, false], outputs.Select(o => o.Value.IsNone));
    }

    [Fact]
    public void The_worst_alarm_of_the_symbols_used_counts_and_the_first_keeps_its_message()
    {
        var outputs = new NodeEvaluator(Make(["a", "b", "c"], ("x", "a+b+c"), ("y", "a*2"))).Evaluate([
            new(D(1), new(AlarmSeverity.Minor, AlarmStatus.High, "a: HIGH"), At(1)),
            new(D(1), new(AlarmSeverity.Major, AlarmStatus.HiHi, "b: HIHI"), At(3)),
            new(D(1), new(AlarmSeverity.Major, AlarmStatus.LoLo, "c: LOLO"), At(2))]);
        Assert.Equal("b: HIHI", outputs[0].Alarm.Message);
        Assert.Equal(At(3), outputs[0].Time);
        Assert.Equal("a: HIGH", outputs[1].Alarm.Message);
        Assert.Equal(At(1), outputs[1].Time);
    }

    [Fact]
    public void Oldest_stamp_is_folded_by_rule()
    {
        var evaluator = new NodeEvaluator(Make(["a", "b"], ("x", "a+b")), StampRuleKind.Oldest);
        Assert.Equal(At(1), evaluator.Evaluate([new(D(1), default, At(1)), new(D(1), default, At(3))])[0].Time);
        // A value without a stamp has no part in it.
        Assert.Equal(At(3), evaluator.Evaluate([new(D(1), default, default), new(D(1), default, At(3))])[0].Time);
    }

    [Fact]
    public void Metadata_of_a_waveform_tells_the_kind_that_comes_out()
    {
        var meta = new PvMeta { Kind = PvKind.Int16Array, Units = "mm" };
        var evaluator = new NodeEvaluator(Make(["a"], ("x", "a")));
        Assert.Equal(meta with { Kind = PvKind.Float64Array }, evaluator.Evaluate([new(PvValue.Array(new short[] { 1, 2 }), default, At(1), 0, meta)])[0].Meta);
        Assert.Equal(meta with { Kind = PvKind.Float64 }, evaluator.Evaluate([new(PvValue.Array(new short[] { 1 }), default, At(2), 0, meta)])[0].Meta);
    }

    public static TheoryData<Array> Waveforms => new()
    {
        new sbyte[] { -1, 2 }, new byte[] { 255, 2 }, new short[] { -1, 2 }, new ushort[] { 65535, 2 }, new[] { -1, 2 }, new uint[] { uint.MaxValue, 2 },
        new[] { -1L, 2 }, new ulong[] { ulong.MaxValue, 2 }, new[] { 0.5f, 2 }, new[] { 0.5, 2 },
    };

    [Theory]
    [MemberData(nameof(Waveforms))]
    public void Type_table_waveforms_of_every_element_type_become_doubles(Array waveform)
    {
        double[] expected = [Convert.ToDouble(waveform.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), 2];
        Assert.Equal(PvValue.Array(expected), One("a", PvValue.Array(waveform)).Value);
        Assert.Equal(PvValue.Array(new[] { expected[0] * 2, 4 }), One("a*2", PvValue.Array(waveform)).Value);
    }
}
