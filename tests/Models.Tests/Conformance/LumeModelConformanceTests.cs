using ModelManager.Models.Conformance;

namespace ModelManager.Models.Tests.Conformance;

public class TorchModelConformanceTests : LumeModelConformance
{
    protected override string Name => "affine";
}

public class SinglePrecisionConformanceTests : LumeModelConformance
{
    protected override string Name => "single";
    protected override double Tolerance => 1e-4;
}

public class TorchModuleConformanceTests : LumeModelConformance
{
    protected override string Name => "module";
}

public class EnsembleConformanceTests : LumeModelConformance
{
    protected override string Name => "ensemble";
}

public abstract class LumeModelConformance : ModelConformance
{
    private Case? _case;

    protected abstract string Name { get; }
    protected override IModel Create() => Case.Of(Name).Model;
    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Rows => (_case ??= Case.Of(Name)).Inputs;
    protected override IReadOnlyDictionary<string, double> Expected => (_case ??= Case.Of(Name)).Outputs[0];
}
