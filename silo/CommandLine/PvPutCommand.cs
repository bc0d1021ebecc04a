using System.CommandLine;
using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Silo.Display;
using ModelManager.Values;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>pv put</c>: writes a PV and waits until its server has taken it.</summary>
internal static class PvPutCommand
{
    public static Command Create(PvOptions options)
    {
        var name = new Argument<string>("PV") { Description = "pva://NAME, ca://NAME or NAME" };
        var values = new Argument<string[]>("VALUE") { Description = "A number, a text or a choice; several are an array. Negative numbers after --", Arity = ArgumentArity.OneOrMore };
        var array = new Option<bool>("--array", "-a") { Description = "One value is an array of one element" };
        var command = new Command("put", "Write a PV, show it before and after") { name, values, array, options.Timeout, options.Json, options.Server };
        // A negative number looks like an option.
        command.TreatUnmatchedTokensAsErrors = true;
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var pv = PvName.Parse(parsed.GetValue(name)!);
            var texts = parsed.GetValue(values)!;
            var value = Value(texts, parsed.GetValue(array));
            await using var clients = options.Clients(parsed);
            var output = new PvOutput(Console.Out, Console.Error, parsed.GetValue(options.Json), null);
            try
            {
                if (!parsed.GetValue(options.Json))
                    output.Write("old " + pv, new(new(pv.Name, await Read(clients, pv, cancellation))));
                if (pv.Protocol == PvProtocol.Ca)
                    await clients.Ca.Put(pv.Name, value, cancellation);
                else
                    await clients.Pva.Put(pv.Name, value, cancellation, clients.Timeout);
                output.Write(parsed.GetValue(options.Json) ? pv.ToString() : "new " + pv, new(new(pv.Name, await Read(clients, pv, cancellation))));
                return ExitCodes.Done;
            }
            catch (Exception problem) when (problem is CaException or CaTimeoutException or PvaTimeoutException or PvaRefusedException or PvaDisconnectedException or ArgumentException)
            {
                throw new CommandFailure(problem.Message);
            }
        }));
        return command;
    }

    private static Task<PvSample> Read(PvClients clients, PvName pv, CancellationToken cancellation) =>
        pv.Protocol == PvProtocol.Ca ? clients.Ca.Get(pv.Name, cancellation) : clients.Pva.Get(pv.Name, cancellation, clients.Timeout);

    /// <summary>A single value stays a text, since its PV knows best how to read it; a list of numbers becomes numbers.</summary>
    internal static PvValue Value(string[] texts, bool array)
    {
        if (texts.Length == 1 && !array)
            return double.TryParse(texts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && texts[0].Contains('.', StringComparison.Ordinal)
                ? PvValue.Double(number)
                : PvValue.String(texts[0]);
        var numbers = new double[texts.Length];
        for (var i = 0; i < texts.Length; i++)
            if (!double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                return PvValue.Array(texts);
        return PvValue.Array(numbers);
    }
}
