using System.CommandLine;
using ModelManager.Registry;

namespace ModelManager.Silo.CommandLine;

/// <summary>The flags that users of the original know; <c>run</c>, <c>deploy</c> and the root command share them.</summary>
internal sealed class RunFlags
{
    private readonly Option<string?> _modelName = new("--model_name", "-n") { Description = "Name of the registered model in MLflow, or models:/NAME/VERSION", HelpName = "NAME" };
    private readonly Option<string?> _modelVersion = new("--model_version", "-v") { Description = "Its version: a number, an alias, or latest", HelpName = "VERSION" };
    private readonly Option<string?> _env = new("--env", "-e") { Description = "env.json with MLFLOW_*, AWS_* and other settings", HelpName = "FILE" };
    private readonly Option<string?> _config = new("--configs", "--config", "-c") { Description = "Configuration (YAML, legacy or graph format)", HelpName = "FILE" };
    private readonly Option<bool> _publish = new("--publish", "-p") { Description = "Publish results to the output interface; off by default" };
    private readonly Option<bool> _debug = new("--debug", "-d") { Description = "Show inputs, formula values, model in and out, and puts of every tick" };
    private readonly Option<string[]> _local = new("--local", "-l")
    {
        Description = "Local model: a folder or a lume YAML, and for Python models a factory class",
        HelpName = "PATH [FACTORY_CLASS]",
        Arity = new ArgumentArity(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<bool> _oneShot = new("--one_shot", "--one-shot", "-o") { Description = "Run until one complete result, then stop: 0, or 1 with what was awaited" };
    private readonly Option<bool> _requirements = new("--requirements", "--reqirements", "-r") { Description = "Prepare the environment of a Python model, then stop" };
    private readonly Option<bool> _simulate = new("--simulate") { Description = "Replace every interface by the simulator with the same PV names" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Unknown keys and other warnings are errors" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_modelName, _modelVersion, _env, _config, _publish, _debug, _local, _oneShot, _requirements, _simulate, _strict])
            command.Options.Add(option);
    }

    public RunRequest Read(ParseResult parsed)
    {
        var local = parsed.GetValue(_local) ?? [];
        var (name, version) = Model(parsed.GetValue(_modelName), parsed.GetValue(_modelVersion));
        return new RunRequest
        {
            ModelName = name,
            ModelVersion = version,
            EnvFile = parsed.GetValue(_env),
            ConfigFile = parsed.GetValue(_config),
            Publish = parsed.GetValue(_publish),
            Debug = parsed.GetValue(_debug),
            LocalPath = local.ElementAtOrDefault(0),
            Factory = local.ElementAtOrDefault(1),
            OneShot = parsed.GetValue(_oneShot),
            Requirements = parsed.GetValue(_requirements),
            Simulate = parsed.GetValue(_simulate),
            Strict = parsed.GetValue(_strict),
        };
    }

    /// <summary>The values of -n and -v; <c>models:/NAME/3</c> in the place of either is NAME and 3, so that the deployment gets the model's name.</summary>
    public static (string? Name, string? Version) Model(string? name, string? version)
    {
        if (!ModelRequest.IsUri(name) && !ModelRequest.IsUri(version))
            return (name, version);
        return ModelRequest.Parse(name, version) switch
        {
            ModelRequest.Registered { Version: VersionSelector.Alias alias, SubPath: "" } registered => (registered.Name, alias.Name),
            ModelRequest.Registered { Version: not VersionSelector.Stage, SubPath: "" } registered => (registered.Name, $"{registered.Version}"),
            ModelRequest.Registered registered => (registered.Name, ModelRequest.IsUri(version) ? version : name),
            var other => (((ModelRequest.Unregistered)other).Uri, null),
        };
    }
}

/// <summary>What the flags said.</summary>
internal sealed record RunRequest
{
    public string? ModelName { get; init; }
    public string? ModelVersion { get; init; }
    public string? EnvFile { get; init; }
    public string? ConfigFile { get; init; }
    public bool Publish { get; init; }
    public bool Debug { get; init; }
    public string? LocalPath { get; init; }
    public string? Factory { get; init; }
    public bool OneShot { get; init; }
    public bool Requirements { get; init; }
    public bool Simulate { get; init; }
    public bool Strict { get; init; }
}
