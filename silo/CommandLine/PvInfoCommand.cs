using System.Globalization;
using System.Text.Json;
using ModelManager.Configuration.Spec;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;
using Command = System.CommandLine.Command;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>pv info</c>: where a PV is served, its type, units, limits and access.</summary>
internal static class PvInfoCommand
{
    public static Command Create(PvOptions options)
    {
        var names = PvOptions.Names();
        var command = new Command("info", "Show where PVs are served, their types, units, limits and access") { names, options.Timeout, options.Json, options.Server };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            await using var clients = options.Clients(parsed);
            var failed = false;
            foreach (var pv in parsed.GetValue(names)!.Select(PvName.Parse).ToArray())
            {
                try
                {
                    if (pv.Protocol == PvProtocol.Ca)
                        await Ca(clients, pv, parsed.GetValue(options.Json), cancellation);
                    else
                        await Pva(clients, pv, parsed.GetValue(options.Json), cancellation);
                }
                catch (Exception problem) when (problem is CaException or CaTimeoutException or PvaTimeoutException or PvaRefusedException or PvaDisconnectedException)
                {
                    Console.Error.WriteLine(problem.Message);
                    failed = true;
                }
            }
            return failed ? ExitCodes.Failed : ExitCodes.Done;
        }));
        return command;
    }

    private static async Task Pva(PvClients clients, PvName pv, bool json, CancellationToken cancellation)
    {
        var info = await clients.Pva.Info(pv.Name, cancellation, clients.Timeout);
        var meta = (await clients.Pva.Get(pv.Name, cancellation, clients.Timeout)).Meta ?? PvMeta.Unknown;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { name = pv.ToString(), server = info.Server.ToString(), type = info.Type.Id, kind = meta.Kind.ToString(), meta = Fields(meta) }, JsonSerializerOptions.Web));
            return;
        }
        Console.WriteLine($"{pv}\n  server      {info.Server}");
        Meta(meta);
        Console.WriteLine($"  {FieldDescText.Format(info.Type).TrimEnd().Replace("\n", "\n  ", StringComparison.Ordinal)}");
    }

    private static async Task Ca(PvClients clients, PvName pv, bool json, CancellationToken cancellation)
    {
        var info = await clients.Ca.Info(pv.Name, cancellation);
        var meta = (await clients.Ca.Get(pv.Name, cancellation)).Meta ?? PvMeta.Unknown;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { name = pv.ToString(), server = info.Server?.ToString(), type = info.NativeType.ToString(), count = info.ElementCount, access = info.Access.ToString(), meta = Fields(meta) }, JsonSerializerOptions.Web));
            return;
        }
        Console.WriteLine($"{pv}\n  server      {info.Server}\n  type        {info.NativeType.ToString().ToUpperInvariant()} x {info.ElementCount}\n  access      {info.Access}");
        Meta(meta);
    }

    private static Dictionary<string, object> Fields(PvMeta meta)
    {
        var fields = new Dictionary<string, object>();
        foreach (var (name, text) in Lines(meta))
            fields[name] = text;
        return fields;
    }

    private static void Meta(PvMeta meta)
    {
        foreach (var (name, text) in Lines(meta))
            Console.WriteLine($"  {name,-11} {text}");
    }

    private static IEnumerable<(string Name, string Text)> Lines(PvMeta meta)
    {
        if (meta.Description.Length > 0)
            yield return ("description", meta.Description);
        if (meta.Units.Length > 0)
            yield return ("units", meta.Units);
        if (meta.Precision >= 0)
            yield return ("precision", meta.Precision.ToString(CultureInfo.InvariantCulture));
        if (meta.Display.AreSet)
            yield return ("display", Range(meta.Display));
        if (meta.Control.AreSet)
            yield return ("control", Range(meta.Control));
        if (meta.Alarm is { } alarm && (alarm.LowAlarm != 0 || alarm.LowWarning != 0 || alarm.HighWarning != 0 || alarm.HighAlarm != 0))
            yield return ("alarms", string.Create(CultureInfo.InvariantCulture, $"LOLO {alarm.LowAlarm} LOW {alarm.LowWarning} HIGH {alarm.HighWarning} HIHI {alarm.HighAlarm}"));
        if (!meta.Choices.IsDefaultOrEmpty)
            yield return ("choices", string.Join(", ", meta.Choices));
    }

    private static string Range(in Limits limits) => string.Create(CultureInfo.InvariantCulture, $"{limits.Low} to {limits.High}");
}
