using ModelManager.Models.Conformance;
using ModelManager.Models.Torch;

namespace ModelManager.Models.Tests.Conformance;

public class ScriptedModelConformanceTests : LumeModelConformance
{
    protected override string Name => "script_layers";
}

/// <summary>The same network without its lume YAML: named by whom it is called.</summary>
public sealed class TorchFileConformanceTests : ModelConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Case _case = Case.Of("script_layers");

    public TorchFileConformanceTests() => File.Copy(Path.Combine(Case.Folder, "script_layers", "m_model.jit"), Path.Combine(_folder.Path, "net.jit"));

    public void Dispose() => _folder.Dispose();

    protected override IModel Create() =>
        new TorchFileLoader().Load(new ModelSource(_folder.Path, "m", WantedInputs: ["x1", "x2", "x3"]) { WantedOutputs = ["y1", "y2"] }, CancellationToken.None);

    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Rows => _case.Inputs;
    protected override IReadOnlyDictionary<string, double> Expected => _case.Outputs[0];
}
