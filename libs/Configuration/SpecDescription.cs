using System.Collections.Immutable;
using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Configuration;

/// <summary>What a spec says, one fact a line, whatever the format and layout of its file: two specs that read the same do the same. For comparing generations and for <c>plan</c>.</summary>
public static class SpecDescription
{
    public static ImmutableArray<string> Lines(DeploymentSpec spec)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add($"deployment {spec.Name}");
        lines.AddRange(Facts("deployment",
            ("model", Text(spec.Model)), ("publish", Flag(spec.Publish)), ("trigger", Text(spec.Trigger)), ("delivery", spec.Delivery == DeliveryKind.Direct ? null : "stream"),
            ("mailbox", spec.Mailbox?.ToString().ToLowerInvariant()), ("timestamp", spec.Timestamp == StampRuleKind.Newest ? null : spec.Timestamp.ToString().ToLowerInvariant()),
            ("labels.required", Text(spec.RequiredLabels)), ("labels.preferred", Text(spec.PreferredLabels)), ("python", spec.AllowPython ? "allow" : null), ("shadow_of", spec.ShadowOf)));
        foreach (var module in spec.Modules)
        {
            lines.Add($"{module.Key} {module.Type} ({string.Join(", ", module.Subscribes)}) -> {module.Publishes ?? "nothing"}");
            lines.AddRange(Facts(module.Key, ("name", module.Name == module.Key ? null : module.Name), ("own_grain", Flag(module.OwnGrain))));
            lines.AddRange(module switch
            {
                InterfaceModule i => Describe(i),
                TransformerModule t => Describe(t.Key, t.Transformer),
                ModelModule m => Facts(m.Key, ("model", Text(m.Model)), ("outputs", Text(m.Outputs))),
                _ => [],
            });
        }
        return lines.ToImmutable();
    }

    private static IEnumerable<string> Describe(InterfaceModule module)
    {
        foreach (var (key, value) in module.Settings.OrderBy(s => s.Key, StringComparer.Ordinal))
            yield return $"{module.Key}.{key}: {value}";
        foreach (var v in module.Variables)
            yield return $"{module.Key}.{v.Key}: {string.Join(' ', Describe(v))}";
    }

    private static IEnumerable<string> Describe(PvVariable v)
    {
        yield return $"{(v.Protocol == PvProtocol.Ca ? "ca" : "pva")}://{v.PvName}";
        (string Key, string? Value)[] facts =
        [
            ("type", v.Shape == PvShape.Scalar ? null : v.Shape.ToString().ToLowerInvariant()), ("mode", v.Mode == PvMode.InOut ? null : v.Mode.ToString().ToLowerInvariant()),
            ("image_size", v.ImageSize is { } size ? $"{size.X}x{size.Y}" : null), ("length", v.Length is { } length ? length.ToString(CultureInfo.InvariantCulture) : null), ("default", Text(v.Default)),
            ("compute_alarm", Flag(v.ComputeAlarm)), ("enforce_control_limits", Flag(v.EnforceControlLimits)), ("display", Text(v.Display)), ("control", Text(v.Control)), ("minStep", Text(v.MinStep)),
            ("units", Quoted(v.Units)), ("description", Quoted(v.Description)), ("format", Quoted(v.DisplayFormat)), ("valueAlarm", v.ValueAlarm?.ToString()),
            ("on_invalid", v.Input.OnInvalid == InvalidInputPolicy.Propagate ? null : v.Input.OnInvalid.ToString().ToLowerInvariant()), ("max_age", Text(v.Input.MaxAge)),
            ("dead_band", Text(v.Output.DeadBand)), ("max_rate", Text(v.Output.MaxRate)), ("max_step", Text(v.Output.MaxStep)), ("limits.low", Text(v.Output.Low)), ("limits.high", Text(v.Output.High)),
            ("on_invalid", Text(v.Output.OnInvalid ?? default)), ("on_stop", Text(v.Output.OnStop ?? default)),
        ];
        foreach (var (key, value) in facts.Where(f => f.Value is not null))
            yield return $"{key}={value}";
    }

    private static IEnumerable<string> Describe(string owner, TransformerSpec transformer) => transformer switch
    {
        SimpleTransformerSpec simple => [$"{owner}.symbols: {string.Join(", ", simple.Symbols)}", .. simple.Formulas.Select(f => $"{owner}.{f.Output} = {f.Text}")],
        CaImageTransformerSpec images => images.Images.Select(i => $"{owner}.{i.Output} = image({i.ImageChannel}, {i.XChannel}, {i.YChannel}, {i.Unfold})"),
        PassThroughTransformerSpec pass => pass.Variables.Select(v => $"{owner}.{v.Output} = {v.Input}"),
        CompoundTransformerSpec compound => compound.Children.SelectMany(c => Describe($"{owner}.{c.Key}", c.Transformer)),
        PluginTransformerSpec plugin => [$"{owner}: {plugin.TypeName} {plugin.ConfigYaml}"],
        _ => [],
    };

    private static IEnumerable<string> Facts(string owner, params IEnumerable<(string Key, string? Value)> facts) =>
        facts.Where(f => f.Value is not null).Select(f => $"{owner}.{f.Key}: {f.Value}");

    private static string? Flag(bool value) => value ? "true" : null;

    private static string? Quoted(string text) => text.Length == 0 ? null : $"'{text}'";

    private static string? Text(ImmutableArray<string> texts) => texts.IsEmpty ? null : string.Join(", ", texts);

    private static string? Text(Limits limits) => limits.AreSet ? $"{Text(limits.Low)}..{Text(limits.High)}" : null;

    private static string? Text(double? number) => number is null or 0 ? number is null ? null : "0" : number.Value.ToString("R", CultureInfo.InvariantCulture);

    private static string? Text(double number) => number == 0 ? null : number.ToString("R", CultureInfo.InvariantCulture);

    private static string? Text(TimeSpan? duration) => duration is { } given ? $"{given.TotalSeconds.ToString("R", CultureInfo.InvariantCulture)} s" : null;

    // In full: PvValue's own text abridges arrays, and two that differ must not read the same.
    private static string? Text(PvValue value) => value.Kind switch
    {
        PvKind.None => null,
        PvKind.Image => $"image [{string.Join(' ', ((double[])value.AsImage().Pixels).Select(p => p.ToString("R", CultureInfo.InvariantCulture)))}] {string.Join('x', value.AsImage().Shape)}",
        _ when value.Kind.IsArray() => $"[{string.Join(' ', value.AsArray().Cast<object>().Select(e => Convert.ToString(e, CultureInfo.InvariantCulture)))}]",
        PvKind.String => $"'{value}'",
        _ => value.ToString(),
    };

    private static string? Text(ModelReference? model) => model switch
    {
        null => null,
        { Path: { } path } => model.Factory is null ? path : $"{path} {model.Factory}",
        _ => model.Version is null ? model.Name : $"{model.Name}/{model.Version}",
    };

    private static string? Text(TriggerSpec trigger)
    {
        if (trigger == TriggerSpec.Any)
            return null;
        var align = trigger.Align is { } a ? $" align {a.By} {Text(a.Window)} quorum {a.Quorum} late {a.Late}" : "";
        return $"{trigger.Kind.ToString().ToLowerInvariant()}{(trigger.Rate is null ? "" : $" rate {Text(trigger.Rate)}")}{(trigger.Leader is null ? "" : $" leader {trigger.Leader}")}{align}";
    }
}
