using ModelManager.Benchmarks.Epics;
using ModelManager.Benchmarks.Epics.ChannelAccess;

// pva-serve TCP UDP            PVs of every kind, for other people's tools
// pva-get|pva-put|pva-monitor|pva-info|pva-list ...   our client, with the EPICS_PVA_* of the environment
// pva-bench NAME [seconds]     a figure as one JSON line; the server runs as a process of its own
// pv-to-pv [seconds]           a put into a served input to the monitored output of a model; `model_manager run` is a process of its own
// ca [seconds]                 the figures of Channel Access, one JSON line each; servers run as processes of their own
return args switch
{
    ["pva-serve", .. var rest] => await PvaPeerServer.Run(rest),
    ["pva-get" or "pva-put" or "pva-monitor" or "pva-info" or "pva-list", ..] => await PvaPeerClient.Run(args),
    ["pva-bench-server", .. var rest] => await PvaBenchServer.Run(rest),
    ["pva-reconnect", var rounds] => await Reconnect(int.Parse(rounds)),
    ["pva-bench", .. var rest] => await PvaBench.Run(rest),
    ["pv-to-pv", .. var rest] => await PvToPv.Run(rest is [var seconds] ? double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) : 5),
    ["ca", .. var rest] => CaBenchmark.Run(rest),
    _ => Usage(),
};

static async Task<int> Reconnect(int rounds)
{
    await PvaReconnect.Run(beacons: true, rounds);
    await PvaReconnect.Run(beacons: false, rounds);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("pva-serve TCP UDP | pva-get PV.. | pva-put PV VALUE | pva-monitor PV [COUNT] | pva-info PV.. | pva-list HOST:PORT | pva-bench NAME [SECONDS] | pva-reconnect ROUNDS | pv-to-pv [SECONDS] | ca [SECONDS]");
    return 2;
}
