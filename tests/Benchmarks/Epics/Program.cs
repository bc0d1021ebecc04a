using ModelManager.Benchmarks.Epics;

// pva-serve TCP UDP            PVs of every kind, for other people's tools
// pva-get|pva-put|pva-monitor|pva-info|pva-list ...   our client, with the EPICS_PVA_* of the environment
// pva-bench NAME [seconds]     a figure as one JSON line; the server runs as a process of its own
return args switch
{
    ["pva-serve", .. var rest] => await PvaPeerServer.Run(rest),
    ["pva-get" or "pva-put" or "pva-monitor" or "pva-info" or "pva-list", ..] => await PvaPeerClient.Run(args),
    ["pva-bench-server", .. var rest] => await PvaBenchServer.Run(rest),
    ["pva-bench", .. var rest] => await PvaBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("pva-serve TCP UDP | pva-get PV.. | pva-put PV VALUE | pva-monitor PV [COUNT] | pva-info PV.. | pva-list HOST:PORT | pva-bench NAME [SECONDS]");
    return 2;
}
