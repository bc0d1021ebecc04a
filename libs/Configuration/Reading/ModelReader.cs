using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>Which model: <c>deployment.model</c>, or the <c>config</c> of a model module with one of poly-lithic's getters.</summary>
internal static class ModelReader
{
    private static readonly string[] Local = ["LocalModelGetter", "local"];
    private static readonly string[] Registered = ["MlflowModelGetter", "mlflow", "MlflowModelGetterLegacy", "mlflow_legacy"];

    /// <summary><c>deployment.model</c>: name and version, or path and factory.</summary>
    public static ModelReference? ReadReference(Section? model)
    {
        if (model is null)
            return null;
        var read = new ModelReference(model.Text("name"), model.Text("version"), model.Text("path"), model.Text("factory"));
        model.Finish();
        if (read.Name is null == read.Path is null)
        {
            model.Findings.Error(model.Where, $"{model.Title} has {(read.Name is null ? "neither 'name' nor 'path'" : "both 'name' and 'path'")}; expected one of them", "Write {name, version} for a registered model, {path, factory} for a local one.");
            return null;
        }
        Warn(model, "version", read.Version is not null && read.Name is null, "'name'");
        Warn(model, "factory", read.Factory is not null && read.Path is null, "'path'");
        return read;
    }

    /// <summary>The <c>config</c> of a model module: which model, and the outputs it declares.</summary>
    public static (ModelReference? Model, ImmutableArray<string> Outputs) ReadConfig(Section? config, KnownModules known)
    {
        if (config is null)
            return (null, []);
        var outputs = ReadOutputs(config);
        var type = config.Scalar("type", "a model getter");
        var args = config.Sub("args");
        config.Finish();
        if (type is null)
        {
            if (args is not null)
                config.Missing("type", $"the getter that 'args' is for, such as {Registered[0]} or {Local[0]}");
            return (null, outputs);
        }
        if (Local.Contains(type.Value))
            return (ReadLocal(config, args), outputs);
        if (Registered.Contains(type.Value))
            return (ReadRegistered(config, args), outputs);
        if (type.Value == "mock")
            config.Findings.Warn(type.Where, "model getter 'mock' gives no model", "Name one with -n or -l, or write LocalModelGetter or MlflowModelGetter.");
        else if (!known.ModelGetters.Contains(type.Value))
        {
            string[] names = [Local[0], .. Registered.Where(n => char.IsUpper(n[0])), .. known.ModelGetters];
            var near = Spelling.DidYouMean(type.Value, names);
            config.Findings.Error(type.Where, $"unknown model getter '{type.Value}'", near.Length > 0 ? near : $"Known: {string.Join(", ", names)}.");
        }
        return (null, outputs);
    }

    /// <summary>Names under <c>variables</c>; upstream ignores them, so whatever stands behind a name is accepted (Example 2 of the original README has text there).</summary>
    public static ImmutableArray<string> ReadOutputs(Section? config) =>
        config?.Sub("variables") is { } variables ? [.. variables.Node.Entries.Select(e => e.Key)] : [];

    private static ModelReference? ReadLocal(Section config, Section? args)
    {
        var path = args?.Text("model_path");
        var factory = args?.Text("model_factory_class");
        args?.Ignore("requirements");
        args?.Finish();
        if (path is not null)
            return new(null, null, path, factory);
        (args ?? config).Missing(args is null ? "args" : "model_path", args is null ? "{model_path, model_factory_class}" : "the path of the model");
        return null;
    }

    private static ModelReference? ReadRegistered(Section config, Section? args)
    {
        var (name, version, uri) = (args?.Text("model_name"), args?.Text("model_version"), args?.Text("model_uri"));
        args?.Finish();
        if (uri is not null)
        {
            var parts = uri.StartsWith("models:/", StringComparison.Ordinal) ? uri["models:/".Length..].TrimStart('/') : "";
            var split = parts.IndexOfAny(['/', '@']);
            if (split > 0 && split < parts.Length - 1)
                return new(parts[..split], parts[(split + 1)..], null, null);
            args!.Expected("model_uri", args.Get("model_uri")!, "models:/NAME/VERSION or models:/NAME@ALIAS");
            return null;
        }
        if (name is not null)
            return new(name, version, null, null);
        (args ?? config).Missing(args is null ? "args" : "model_name", args is null ? "{model_name, model_version}" : "the name of a registered model");
        return null;
    }

    private static void Warn(Section model, string key, bool wrong, string partner)
    {
        if (wrong)
            model.Findings.Warn(model.KeyMark(key), $"'{key}' in {model.Title} has no effect without {partner}");
    }
}
