namespace ModelManager.Models;

/// <summary>One runtime's way of recognising and loading a model from a folder of files. Plug-ins implement this.</summary>
public interface IModelLoader
{
    string Runtime { get; }

    /// <summary>Null when this loader can load what it finds; otherwise why not, naming the file or rule.</summary>
    string? Refuses(ModelSource source);

    /// <summary>The digest that <see cref="Load"/> would give, found without loading, so that a model already in memory is not read twice; null when only loading tells.</summary>
    /// <exception cref="ModelException">As <see cref="Load"/>.</exception>
    string? Digest(ModelSource source) => null;

    /// <exception cref="ModelException">It cannot be loaded; the message names the file and the cause.</exception>
    IModel Load(ModelSource source, CancellationToken cancellation);
}

/// <param name="Path">A folder, or one file in it (a lume YAML).</param>
/// <param name="Name">How the model is called in messages.</param>
/// <param name="Factory">A Python factory class, where the user gave one.</param>
/// <param name="WantedInputs">What the deployment will give it, where that is known: tells several models in one folder apart.</param>
public sealed record ModelSource(string Path, string Name, string? Factory = null, IReadOnlyCollection<string>? WantedInputs = null)
{
    /// <summary>What the deployment expects of it, where that is known: names the outputs of models that do not say themselves.</summary>
    public IReadOnlyCollection<string>? WantedOutputs { get; init; }

    /// <summary>False: the deployment does not say <c>python: allow</c>, so no Python code is run for it, whatever the operator allows.</summary>
    public bool AllowsPython { get; init; } = true;
}
