using System.Collections.Immutable;

namespace ModelManager.Models.Python;

/// <summary>The Python runtime: any model with <c>evaluate(dict)</c>, MLflow's pyfunc, scikit-learn and torch, in a process of its own. Off unless allowed.</summary>
/// <remarks>What it isolates stands in docs/runtimes.md: faults, not malice.</remarks>
public sealed class PythonModelLoader(PythonOptions options, TimeProvider time) : IModelLoader
{
    /// <summary>What <see cref="ModelInfo.Runtime"/> says.</summary>
    public const string RuntimeName = "python";

    private readonly WorkerBudget _budget = new(options);

    public string Runtime => RuntimeName;

    public string? Refuses(ModelSource source)
    {
        try
        {
            var artifact = PythonArtifact.Find(source);
            if (!options.Allowed)
                return $"{artifact.Description} would run in a Python process, and Python models are off here: they are code, which runs with the rights of this process; the operator allows them with --python allow{(source.AllowsPython ? "" : ", and its configuration with 'python: allow'")}";
            if (!source.AllowsPython && !options.AllowedForAll)
                return $"{artifact.Description} would run in a Python process, and its configuration does not allow that; write 'python: allow' in it";
            return Interpreter(artifact) is null ? $"{artifact.Description} needs Python, and there is no interpreter {options.Interpreter ?? "python3 on the PATH"}" : null;
        }
        catch (ModelException refused)
        {
            return refused.Message;
        }
    }

    public string Digest(ModelSource source)
    {
        var artifact = PythonArtifact.Find(source);
        return artifact.Digest(Interpreter(artifact) ?? "");
    }

    public IModel Load(ModelSource source, CancellationToken cancellation)
    {
        if (Refuses(source) is { } refusal)
            throw new ModelException($"model '{source.Name}': {refusal}");
        var artifact = PythonArtifact.Find(source);
        var interpreter = Interpreter(artifact)!;
        var launch = new PythonLaunch(artifact, source.Name, interpreter, options);
        var digest = artifact.Digest(interpreter);
        cancellation.ThrowIfCancellationRequested();
        var place = _budget.Reserve(source.Name);
        PythonWorker? worker = null;
        try
        {
            worker = PythonWorker.Start(launch, options.StartTimeout, time);
            var hello = worker.Hello;
            var info = new ModelInfo(source.Name, RuntimeName, digest, Named(hello.Inputs, "inputs", "input_variables"), Named(hello.Outputs, "outputs", "output_variables"), IsStateless: false);
            launch.Happened($"{artifact.Description}: {hello.Class} in Python {hello.Python}{(hello.Packages.Length > 0 ? $" with {hello.Packages}" : "")}, process {worker.ProcessId}");
            return new PythonModel(info, worker, launch, options, time, place);
        }
        catch (WorkerLostException lost)
        {
            place.Dispose();
            throw new ModelException($"model '{source.Name}': its Python process could not be started: {lost.Message}", lost);
        }
        catch (ModelException refused)
        {
            worker?.Dispose();
            place.Dispose();
            throw new ModelException($"model '{source.Name}' ({artifact.Description}): {refused.Message}", refused);
        }
    }

    private string? Interpreter(PythonArtifact artifact) => PythonEnvironments.Prepared(artifact.Folder, options) ?? PythonEnvironments.Default(options);

    private static ImmutableArray<ModelVariable> Named(ImmutableArray<ModelVariable> variables, string what, string attribute)
    {
        if (variables.IsDefaultOrEmpty)
            throw new ModelException($"nothing says what its {what} are called. Give the model (or its module) a list '{attribute}', put a YAML with {attribute} beside it, register it with a signature, or name them in the configuration");
        return variables.GroupBy(v => v.Name).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new ModelException($"'{twice.Key}' occurs twice among its {what}")
            : variables;
    }
}
