using System.Globalization;
using ModelManager.Client;
using ModelManager.Grains;
using ModelManager.Silo.Api;
using ModelManager.Silo.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ModelManager.Silo.Display;

/// <summary>A deployment as it runs: a live table in a terminal, a line a second elsewhere.</summary>
internal static class LiveView
{
    private static readonly TimeSpan TablePeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(1);

    /// <summary>Shows it until cancelled, the host stops, or every source has ended.</summary>
    public static async Task Show(SiloHost host, IDeploymentGrain grain, IReadOnlyList<string> header, CancellationToken cancellation)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, host.Stopping);
        foreach (var line in header)
            Console.WriteLine(line);
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi)
            await Lines(grain, until.Token);
        else
            await Table(grain, until.Token);
    }

    /// <summary>Shows nothing, and returns as <see cref="Show"/> would.</summary>
    public static async Task UntilCompleted(SiloHost host, IDeploymentGrain grain, CancellationToken cancellation)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, host.Stopping);
        while (!(await grain.Status()).Completed)
            await Task.Delay(TablePeriod, until.Token);
    }

    private static Task Table(IDeploymentGrain grain, CancellationToken cancellation) =>
        AnsiConsole.Live(new Text("")).StartAsync(async live =>
        {
            while (true)
            {
                var (status, readings) = await Read(grain);
                live.UpdateTarget(Page(status, readings));
                if (status.Completed)
                    return;
                await Task.Delay(TablePeriod, cancellation);
            }
        });

    private static async Task Lines(IDeploymentGrain grain, CancellationToken cancellation)
    {
        while (true)
        {
            var (status, readings) = await Read(grain);
            Console.WriteLine(Line(status, readings));
            if (status.Completed)
                return;
            // The first result is worth more than an even beat.
            await Task.Delay(status.Ticks == 0 ? TablePeriod : LinePeriod, cancellation);
        }
    }

    private static async Task<(DeploymentSummary Status, DeploymentReadings Readings)> Read(IDeploymentGrain grain) =>
        (Views.Summary(await grain.Status()), Views.Readings(await grain.Values()));

    internal static string Line(DeploymentSummary status, DeploymentReadings readings)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{readings.At:HH:mm:ss} {status.Name} {status.Condition} {DeploymentTable.Number(status.Rate, "0.#")}/s p50 {DeploymentTable.Number(status.LatencyP50, "0.###")} ms p99 {DeploymentTable.Number(status.LatencyP99, "0.###")} ms");
        if (status.Awaited.Count > 0)
            text += $" waits for {string.Join(", ", status.Awaited)}";
        var outputs = readings.Outputs.Select(o => $"{o.Name}={ReadingTable.Value(o)}{(ReadingTable.AlarmText(o) is { Length: > 0 } alarm ? $" ({alarm})" : "")}");
        return $"{text} | {string.Join(' ', outputs)}{(readings.Published ? "" : " [not published]")}";
    }

    private static IRenderable Page(DeploymentSummary status, DeploymentReadings readings)
    {
        var head = new Markup(
            $"[bold]{Markup.Escape(status.Name)}[/] {DeploymentTable.Condition(status.Condition)} {Markup.Escape(status.Why)}  publish {(status.Publish ? "on" : "off")}  "
            + $"{DeploymentTable.Number(status.Rate, "0.0")}/s  p50 {DeploymentTable.Number(status.LatencyP50, "0.000")} ms  p99 {DeploymentTable.Number(status.LatencyP99, "0.000")} ms  {status.Ticks} ticks"
            + (status.Awaited.Count > 0 ? $"\nwaits for {Markup.Escape(string.Join(", ", status.Awaited))}" : "")
            + (status.LastError.Length > 0 ? $"\n[red]{Markup.Escape(status.LastError)}[/]" : ""));
        return new Rows(
            head,
            ReadingTable.Of("inputs", readings.Inputs, readings.At),
            ReadingTable.Of(readings.Published ? "outputs" : "outputs (not published)", readings.Outputs, readings.At));
    }
}
