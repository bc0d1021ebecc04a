using ModelManager.Models.Conformance;
using ModelManager.Models.Tests.Python;

namespace ModelManager.Models.Tests.Conformance;

public class PythonModelConformanceTests : ModelConformance
{
    protected override IModel Create() => PythonCase.Load("beam.py", "BeamFactory");

    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Rows { get; } =
    [
        Row(1.5, 10, 200),
        Row(-0.25, 14, 250),
        Row(4, -3.5, 0.1),
    ];

    protected override IReadOnlyDictionary<string, double> Expected { get; } = new Dictionary<string, double>
    {
        ["sigma_x"] = 100 + 1.5 * 1.5 - 30 + 100,
        ["sigma_y"] = Math.Exp(0.15) * 10 + 200,
    };

    private static Dictionary<string, double> Row(double strength, double phase, double charge) =>
        new() { ["QUAD:STRENGTH"] = strength, ["GUN:PHASE"] = phase, ["CHARGE"] = charge };
}
