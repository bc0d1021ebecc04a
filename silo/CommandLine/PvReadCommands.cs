using ModelManager.Configuration.Spec;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Epics.PvAccess;
using ModelManager.Silo.Display;
using ModelManager.Values;
using Command = System.CommandLine.Command;

namespace ModelManager.Silo.CommandLine;

/// <summary>pv get and pv monitor.</summary>
internal static class PvReadCommands
{
    private const string Counts = "give a whole number from 0";

    public static Command Get(PvOptions options)
    {
        var names = PvOptions.Names();
        var count = NumberOptions.Optional("--count", "Show at most so many elements of an array", "N", 0, int.MaxValue, Counts);
        var command = new Command("get", "Read PVs once") { names, count, options.Timeout, options.Json, options.Server };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var pvs = parsed.GetValue(names)!.Select(PvName.Parse).ToArray();
            await using var clients = options.Clients(parsed);
            var output = new PvOutput(Console.Out, Console.Error, parsed.GetValue(options.Json), parsed.GetValue(count));
            // All at once; shown in the order asked for.
            var reads = pvs.Select(pv => Read(clients, pv, cancellation)).ToArray();
            var failed = false;
            for (var i = 0; i < pvs.Length; i++)
                failed |= !output.Write(pvs[i].ToString(), await reads[i]);
            return failed ? ExitCodes.Failed : ExitCodes.Done;
        }));
        return command;
    }

    public static Command Monitor(PvOptions options)
    {
        var names = PvOptions.Names();
        var count = NumberOptions.Optional("--count", "Stop after so many updates", "N", 1, long.MaxValue, "give a whole number from 1");
        var elements = NumberOptions.Optional("--elements", "Show at most so many elements of an array", "N", 0, int.MaxValue, Counts);
        var command = new Command("monitor", "Show PVs as they change, until Ctrl-C") { names, count, elements, options.Timeout, options.Json, options.Server };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var pvs = parsed.GetValue(names)!.Select(PvName.Parse).ToArray();
            await using var clients = options.Clients(parsed);
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var output = new PvOutput(Console.Out, Console.Error, parsed.GetValue(options.Json), parsed.GetValue(elements));
            var left = parsed.GetValue(count) ?? long.MaxValue;
            var gate = new Lock();
            await Task.WhenAll(pvs.Select(pv => Follow(clients, pv, reading =>
            {
                lock (gate)
                {
                    if (left <= 0)
                        return;
                    output.Write(pv.ToString(), reading);
                    if (reading.Update.Kind == PvUpdateKind.Value && --left <= 0)
                        until.Cancel();
                }
            }, until.Token)));
            return ExitCodes.Done;
        }));
        return command;
    }

    private static async Task<PvShown> Read(PvClients clients, PvName pv, CancellationToken cancellation)
    {
        try
        {
            if (pv.Protocol == PvProtocol.Ca)
                return new(new(pv.Name, await clients.Ca.Get(pv.Name, cancellation)));
            var structure = await clients.Pva.GetStructure(pv.Name, null, cancellation, clients.Timeout);
            return new(new(pv.Name, NtValue.ReadSample(structure, 0, NtMeta.Read(structure))), structure);
        }
        catch (Exception problem) when (problem is CaException or CaTimeoutException or PvaTimeoutException or PvaRefusedException or PvaDisconnectedException)
        {
            return new(PvUpdate.Disconnect(pv.Name, problem.Message));
        }
    }

    private static async Task Follow(PvClients clients, PvName pv, Action<PvShown> show, CancellationToken cancellation)
    {
        var updates = pv.Protocol == PvProtocol.Ca ? clients.Ca.Monitor(pv.Name, cancellation) : clients.Pva.Monitor(pv.Name, cancellation);
        await using var next = updates.GetAsyncEnumerator(cancellation);
        try
        {
            var first = next.MoveNextAsync().AsTask();
            if (await Task.WhenAny(first, Task.Delay(clients.Timeout, cancellation)) != first)
                show(new(PvUpdate.Disconnect(pv.Name, $"no server has answered the search within {clients.Timeout.TotalSeconds:0.###} s; it goes on")));
            for (var more = await first; more; more = await next.MoveNextAsync())
                if (next.Current.Kind != PvUpdateKind.Connected)
                    show(new(next.Current));
        }
        catch (OperationCanceledException)
        {
        }
    }
}
