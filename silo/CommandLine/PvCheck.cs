using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Values;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>validate --connect</c>: tries every PV of a configuration that other servers host.</summary>
internal static class PvCheck
{
    // Interfaces that reach a control system; files, memory and simulators have nothing to find.
    private static readonly string[] Reached = ["p4p", "ca"];

    public static async Task<IReadOnlyList<PvFinding>> Of(DeploymentSpec spec, ConnectorRegistry connectors, CancellationToken cancellation)
    {
        var findings = await Task.WhenAll(spec.Interfaces.Select(module => Try(module, connectors, cancellation)));
        return [.. findings.SelectMany(f => f)];
    }

    private static async Task<IEnumerable<PvFinding>> Try(InterfaceModule module, ConnectorRegistry connectors, CancellationToken cancellation)
    {
        var variables = module.Variables.DistinctBy(v => v.PvName, StringComparer.Ordinal).ToArray();
        if (!Reached.Contains(module.Subtype))
        {
            var why = module.Subtype.EndsWith("_server", StringComparison.Ordinal) ? "hosted by this deployment" : $"not tried: interface.{module.Subtype}";
            return variables.Select(v => new PvFinding(module.Key, v.PvName, module.Subtype, null, null, null, why));
        }
        try
        {
            await using var connector = connectors.Create(module);
            var read = await connector.Source!.Get([.. variables.Select(v => v.PvName)], cancellation);
            return variables.Zip(read, (variable, update) => Finding(module, variable, update)).ToArray();
        }
        catch (ConnectorException problem)
        {
            return variables.Select(v => new PvFinding(module.Key, v.PvName, module.Subtype, false, null, null, problem.Message));
        }
    }

    private static PvFinding Finding(InterfaceModule module, PvVariable variable, in PvUpdate update)
    {
        if (update.Kind == PvUpdateKind.Disconnected)
            return new(module.Key, variable.PvName, module.Subtype, false, null, null, update.Sample.Alarm.Message ?? "not found");
        var (value, alarm) = (update.Sample.Value, update.Sample.Alarm);
        var units = update.Sample.Meta?.Units ?? "";
        var notes = new List<string>();
        if (Misfit(variable, value) is { } misfit)
            notes.Add(misfit);
        if (variable.Units.Length > 0 && units.Length > 0 && variable.Units != units)
            notes.Add($"its units are {units}, the configuration says {variable.Units}");
        if (alarm.Severity != AlarmSeverity.NoAlarm)
            notes.Add($"{alarm.Severity.ToString().ToUpperInvariant()} {alarm.Message}".TrimEnd());
        return new(module.Key, variable.PvName, module.Subtype, Misfit(variable, value) is null, $"{PvText.Format(value)}{(units.Length > 0 ? " " + units : "")}", value.Kind.ToString(), string.Join("; ", notes));
    }

    private static string? Misfit(PvVariable variable, in PvValue value) => (variable.Shape, value.Kind) switch
    {
        (_, PvKind.None) => "it has no value that a deployment can use",
        (PvShape.Image, not PvKind.Image) => $"it is no image (NTNDArray) but {value.Kind}",
        (PvShape.Scalar, PvKind.Image) => "it is an image; write 'type: image'",
        (PvShape.Waveform or PvShape.Array, var kind) when !kind.IsArray() => $"it is no array but {kind}",
        _ => null,
    };
}

/// <param name="Found">Null where it was not looked for.</param>
internal sealed record PvFinding(string Module, string Pv, string Interface, bool? Found, string? Value, string? Type, string Note)
{
    public override string ToString() => Found switch
    {
        null => $"  .. {Pv} ({Module}): {Note}",
        true => $"  ok {Pv} ({Module}): {Type} {Value}{(Note.Length > 0 ? $" ({Note})" : "")}",
        false => $"  -- {Pv} ({Module}): {Note}{(Value is null ? "" : $" (found {Type} {Value})")}",
    };
}
