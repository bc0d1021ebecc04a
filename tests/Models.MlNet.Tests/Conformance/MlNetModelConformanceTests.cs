using ModelManager.Models.Conformance;
using ModelManager.Models.Tests;

namespace ModelManager.Models.MlNet.Tests.Conformance;

public class RowMapperConformanceTests : ModelConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string? _path;

    protected virtual bool ByCursor => false;

    protected override IModel Create() => new MlNetModelLoader(ByCursor).Load(new ModelSource(_path ??= Pipelines.SaveFormulas(_folder), "m"), CancellationToken.None);

    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Rows { get; } = [Row(1.5, 3, 2), Row(-0.25, 0.1, 7), Row(8, -2, 0)];

    protected override IReadOnlyDictionary<string, double> Expected { get; } = new Dictionary<string, double> { ["y"] = 4, ["z"] = 7 };

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, double> Row(double strength, double phase, double pulses) => new() { ["Strength"] = strength, ["Phase"] = phase, ["Pulses"] = pulses };
}

public class CursorConformanceTests : RowMapperConformanceTests
{
    protected override bool ByCursor => true;
}
