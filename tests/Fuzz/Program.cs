using System.Diagnostics;
using System.Globalization;
using ModelManager.Fuzz.ChannelAccess;
using ModelManager.Fuzz.PvAccess;

// ModelManager.Fuzz TARGET|all [EXECUTIONS] [SEED]: prints one line a target; on a failure the bytes that caused it, and ends with 1.
var executions = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
foreach (var target in PvaTargets.All.Where(target => args.Length == 0 || args[0] == "all" || args[0] == target.Name))
{
    var watch = Stopwatch.StartNew();
    if (PvaTargets.Run(target, executions, seed) is { } failure)
    {
        Console.WriteLine(failure);
        return 1;
    }
    Console.WriteLine($"{target.Name}: {executions} executions, seed {seed}, {target.Seeds.Count} seeds, {watch.Elapsed.TotalSeconds:0.0} s, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
}
foreach (var target in CaTargets.All.Where(target => args.Length == 0 || args[0] == "all" || args[0] == target.Name))
{
    var watch = Stopwatch.StartNew();
    if (CaTargets.Run(target, executions, seed) is { } failure)
    {
        Console.WriteLine(failure);
        return 1;
    }
    Console.WriteLine($"{target.Name}: {executions} executions, seed {seed}, {target.Seeds.Count} seeds, {watch.Elapsed.TotalSeconds:0.0} s, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
}
return 0;
