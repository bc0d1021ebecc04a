using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelManager.Models.Inspection;

/// <summary>What each runtime says of a model, in the order in which they are asked, and what the first that takes it found.</summary>
/// <param name="Info">Of the loaded model; null = no runtime takes it.</param>
public sealed record ModelInspection(ModelSource Source, ImmutableArray<RuntimeVerdict> Verdicts, ModelInfo? Info)
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Asks every runtime and loads the model with the first that does not refuse it; the model is disposed again.</summary>
    public static ModelInspection Of(ModelSource source, IEnumerable<IModelLoader> loaders, CancellationToken cancellation)
    {
        var verdicts = ImmutableArray.CreateBuilder<RuntimeVerdict>();
        ModelInfo? info = null;
        foreach (var loader in loaders)
        {
            var refusal = Refusal(loader, source);
            if (refusal is not null)
                verdicts.Add(new(loader.Runtime, Verdict.Refuses, refusal));
            else if (info is not null)
                verdicts.Add(new(loader.Runtime, Verdict.Could, "could load it, too, and is asked later"));
            else
                try
                {
                    using var model = loader.Load(source, cancellation);
                    info = model.Info;
                    verdicts.Add(new(loader.Runtime, Verdict.Runs, "the first runtime that takes it"));
                }
                catch (ModelException failed)
                {
                    verdicts.Add(new(loader.Runtime, Verdict.Fails, failed.Message));
                }
        }
        return new(source, verdicts.ToImmutable(), info);
    }

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"model    {Source.Name} ({Source.Path}{(Source.Factory is null ? "" : $", class {Source.Factory}")})";
        if (Info is not null)
        {
            yield return $"runtime  {Info.Runtime}";
            yield return $"digest   {Info.Digest}";
            yield return $"state    {(Info.IsStateless ? "none: one instance for all deployments" : "may keep state: an instance per deployment")}";
        }
        yield return "";
        foreach (var verdict in Verdicts)
            yield return $"  {verdict.Runtime,-12} {verdict.Outcome switch { Verdict.Runs => "runs it", Verdict.Could => "could", Verdict.Fails => "cannot load it", _ => "refuses" }}: {verdict.Reason}";
        foreach (var (title, variables) in Info is null ? [] : new[] { ("inputs", Info.Inputs), ("outputs", Info.Outputs) })
        {
            yield return "";
            yield return $"{title} ({variables.Length})";
            foreach (var variable in variables)
                yield return "  " + Describe(variable);
        }
    }

    /// <summary>For machines: <c>{model, path, runtime, digest, stateless, runtimes: [{runtime, outcome, reason}], inputs: [...], outputs: [...]}</c>.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("model", Source.Name);
            json.WriteString("path", Source.Path);
            json.WriteString("factory", Source.Factory);
            json.WriteString("runtime", Info?.Runtime);
            json.WriteString("digest", Info?.Digest);
            json.WriteStartArray("runtimes");
            foreach (var verdict in Verdicts)
            {
                json.WriteStartObject();
                json.WriteString("runtime", verdict.Runtime);
                json.WriteString("outcome", verdict.Outcome.ToString().ToLowerInvariant());
                json.WriteString("reason", verdict.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (Info is not null)
            {
                json.WriteBoolean("stateless", Info.IsStateless);
                Write(json, "inputs", Info.Inputs);
                Write(json, "outputs", Info.Outputs);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? Refusal(IModelLoader loader, ModelSource source)
    {
        try
        {
            return loader.Refuses(source);
        }
        catch (ModelException refused)
        {
            return refused.Message;
        }
    }

    private static void Write(Utf8JsonWriter json, string key, ImmutableArray<ModelVariable> variables)
    {
        json.WriteStartArray(key);
        foreach (var variable in variables)
        {
            json.WriteStartObject();
            json.WriteString("name", variable.Name);
            json.WriteString("kind", variable.Kind.ToString());
            if (variable.Units.Length > 0)
                json.WriteString("units", variable.Units);
            if (!variable.Default.IsNone)
                json.WriteString("default", variable.Default.ToString());
            if (variable.Range is { } range)
            {
                json.WriteStartArray("range");
                json.WriteStringValue(Number(range.Low));
                json.WriteStringValue(Number(range.High));
                json.WriteEndArray();
            }
            if (!variable.Shape.IsDefaultOrEmpty)
            {
                json.WriteStartArray("shape");
                foreach (var length in variable.Shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
            }
            if (variable.IsConstant)
                json.WriteBoolean("constant", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Describe(ModelVariable variable)
    {
        var text = new StringBuilder(variable.Name).Append("  ").Append(variable.Kind == Values.PvKind.None ? "any kind" : variable.Kind.ToString());
        if (!variable.Shape.IsDefaultOrEmpty)
            text.Append($" [{string.Join(" x ", variable.Shape)}]");
        if (variable.Units.Length > 0)
            text.Append(' ').Append(variable.Units);
        if (variable.Range is { } range)
            text.Append($"  {Number(range.Low)} to {Number(range.High)}");
        if (!variable.Default.IsNone)
            text.Append($"  default {variable.Default}");
        return variable.IsConstant ? text.Append("  constant").ToString() : text.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <param name="Reason">Why; the rule and the file.</param>
public sealed record RuntimeVerdict(string Runtime, Verdict Outcome, string Reason);

public enum Verdict : byte
{
    /// <summary>This one runs it.</summary>
    Runs,
    /// <summary>It would, were it asked first.</summary>
    Could,
    /// <summary>It is not for this runtime.</summary>
    Refuses,
    /// <summary>It is for this runtime, and broken.</summary>
    Fails,
}
