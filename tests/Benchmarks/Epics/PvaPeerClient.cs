using System.Collections;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics;

/// <summary>Our client against other people's servers.</summary>
internal static class PvaPeerClient
{
    public static async Task<int> Run(string[] args)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        var options = PvaClientOptions.FromEnvironment(variables);
        await using var client = new PvaClient(options);
        try
        {
            switch (args)
            {
                case ["pva-get", .. var names]:
                    foreach (var (name, task) in names.Select(name => (name, client.Get(name))).ToArray())
                    {
                        var sample = await task;
                        Console.WriteLine($"{name} {sample.Value} {sample.Alarm.Severity} {sample.Alarm.Status} '{sample.Alarm.Message}' {sample.Time} {Text(sample.Meta)}");
                    }
                    break;
                case ["pva-put", var name, var value]:
                    await client.Put(name, PvValue.String(value));
                    Console.WriteLine($"{name} {(await client.Get(name)).Value}");
                    break;
                case ["pva-put", var name, .. var values]:
                    await client.Put(name, PvValue.Array(values.Select(double.Parse).ToArray()));
                    Console.WriteLine($"{name} {(await client.Get(name)).Value}");
                    break;
                case ["pva-monitor", var name, var count, .. var more]:
                    var left = int.Parse(count);
                    await foreach (var update in client.Monitor(name, options: new PvaMonitorOptions { Pipeline = more.Contains("pipeline"), QueueSize = more.Contains("pipeline") ? 4 : null }))
                    {
                        Console.WriteLine($"{update.Kind} {update.Sample.Value} {update.Sample.Alarm.Severity} '{update.Sample.Alarm.Message}' {update.Sample.Time}");
                        if (--left == 0)
                            break;
                    }
                    break;
                case ["pva-info", .. var names]:
                    foreach (var name in names)
                    {
                        var info = await client.Info(name);
                        Console.WriteLine($"{name} at {info.Server}\n{info.Type}");
                    }
                    break;
                case ["pva-list", var server]:
                    foreach (var name in await PvaClient.ListPvs(System.Net.IPEndPoint.Parse(server), options))
                        Console.WriteLine(name);
                    break;
                case ["pva-list"]:
                    foreach (var found in await client.DiscoverServers(TimeSpan.FromSeconds(1)))
                        Console.WriteLine($"{found.Guid} {found.Address}");
                    break;
            }
            return 0;
        }
        catch (Exception problem) when (problem is PvaTimeoutException or PvaRefusedException or PvaDisconnectedException or ArgumentException)
        {
            Console.WriteLine(problem.Message);
            return 1;
        }
    }

    private static string Text(PvMeta? meta) => meta is null ? "" :
        $"[{meta.Kind} {meta.Units} p{meta.Precision} '{meta.Description}' display {meta.Display.Low}..{meta.Display.High} control {meta.Control.Low}..{meta.Control.High} {meta.Alarm} {string.Join('|', meta.Choices)}]";
}
