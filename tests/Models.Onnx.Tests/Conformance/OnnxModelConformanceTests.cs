using ModelManager.Models.Conformance;

namespace ModelManager.Models.Onnx.Tests.Conformance;

/// <summary>One matrix input: y = 2 x[0] - x[1] + x[2]/4.</summary>
public class MatrixConformanceTests : ModelConformance
{
    protected virtual string Model => "matrix_f64";

    protected override IModel Create() => OnnxCase.Load(Model);

    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Rows { get; } = [Row(1.5, -2, 8), Row(0.25, 3, 4), Row(-7, 0.5, 100)];

    protected override IReadOnlyDictionary<string, double> Expected { get; } = new Dictionary<string, double> { ["y"] = 2 * 1.5 + 2 + 2 };

    private static Dictionary<string, double> Row(double a, double b, double c) => new() { ["x[0]"] = a, ["x[1]"] = b, ["x[2]"] = c };
}

public class SinglePrecisionConformanceTests : MatrixConformanceTests
{
    protected override string Model => "matrix_f32";
    protected override double Tolerance => 1e-6;
}

public class OneRowConformanceTests : MatrixConformanceTests
{
    protected override string Model => "one_row";
}

/// <summary>An input per column.</summary>
public class ColumnsConformanceTests : ModelConformance
{
    protected override IModel Create() => OnnxCase.Load("columns");

    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Rows { get; } = [Row(3, 4), Row(-1, 0.5), Row(10, 10.5)];

    protected override IReadOnlyDictionary<string, double> Expected { get; } = new Dictionary<string, double> { ["product"] = 12, ["difference"] = -1 };

    private static Dictionary<string, double> Row(double a, double b) => new() { ["a"] = a, ["b"] = b };
}
