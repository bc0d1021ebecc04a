using System.Diagnostics;
using ModelManager.Benchmarks.Silo;
using ModelManager.Grains;
using ModelManager.Registry.Tests.StandIn;

namespace ModelManager.Benchmarks.Registry;

/// <summary>From the moment a model is tagged <c>deployment_type=prod</c> to the first output of its deployment, its files in the cache already; the watcher polls every 2 s.</summary>
internal static class TagFigure
{
    private const int Models = 21;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    public static async Task Run()
    {
        await using var registered = await RegisteredSilo.Start(settings => settings with { Watch = new RegistryWatch(Poll, PublishDefault: false) });
        var (silo, server) = (registered.Silo, registered.Server);
        for (var i = 0; i < Models; i++)
            server.State.Register(Name(i), RegisteredSilo.SimpleFiles());
        // A plan fetches, loads and tries a model, and gives it back.
        for (var i = 0; i < Models; i++)
            await silo.Client.Plan(Name(i), "", new() { Model = Name(i), Version = "1" });

        var (seconds, phase) = (new List<double>(), new Random(1));
        for (var i = 0; i < Models; i++)
        {
            await Task.Delay(Poll * phase.NextDouble());
            server.State.Models[Name(i)].Tags.Set("deployment_type", "prod");
            var start = Stopwatch.GetTimestamp();
            while (!await HasOutput(silo, Name(i)))
                await Task.Delay(5);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        var p50 = Pace.Quantile(seconds, 0.5);
        new Figure("registry: tag set to first output, artifacts cached, p50", Math.Round(p50, 2), "s", Bound: "<= 3 s", Met: p50 <= 3,
            Notes: $"{Models} models at random phases of a {Poll.TotalSeconds:0} s poll; shortest {seconds.Min():0.00}, longest {seconds.Max():0.00} s; {Load.Now}").Print();
    }

    private static string Name(int i) => $"tagged{i}";

    private static async Task<bool> HasOutput(SiloUnderTest silo, string name)
    {
        try
        {
            return (await silo.Client.Values(name)).Outputs is [{ Value: not null }, ..];
        }
        catch (Client.ModelManagerException absent) when (absent.StatusCode == 404)
        {
            return false;
        }
    }
}
