using System.Globalization;
using ModelManager.Client;
using Spectre.Console;

namespace ModelManager.Silo.Display;

/// <summary>Everything about one deployment, for a person.</summary>
internal static class StatusPage
{
    public static void Write(DeploymentDetail d, DeploymentReadings values)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        void Row(string label, string text) => grid.AddRow(label, text);
        Row("deployment", Markup.Escape(d.Name));
        Row("condition", DeploymentTable.Condition(d.Condition) + (d.Why.Length > 0 ? Markup.Escape($": {d.Why}") : ""));
        Row("publish", (d.Publish ? "on" : "off (results are shown, not published)") + (d.Simulated ? ", simulated" : ""));
        Row("model", d.Runtime.Length > 0 ? Markup.Escape($"{d.Model} ({d.Runtime}) {Short(d.ModelDigest)}") : d.Model.Length > 0 ? Markup.Escape(d.Model) : "-");
        Row("generation", string.Create(CultureInfo.InvariantCulture, $"{d.Generation}, epoch {d.Epoch}, on {d.Silo}"));
        Row("rate", $"{DeploymentTable.Number(d.Rate, "0.#")}/s, {d.Ticks} ticks, {d.Merged} merged, {d.Dropped} dropped");
        Row("latency", $"p50 {DeploymentTable.Number(d.LatencyP50, "0.###")} ms, p99 {DeploymentTable.Number(d.LatencyP99, "0.###")} ms");
        if (d.Awaited.Count > 0)
            Row("waits for", Markup.Escape(string.Join(", ", d.Awaited)));
        if (d.LastError.Length > 0)
            Row("last error", $"[red]{Markup.Escape(d.LastError)}[/]");
        foreach (var warning in d.Warnings)
            Row("warning", $"[yellow]{Markup.Escape(warning)}[/]");
        AnsiConsole.Write(grid);
        var now = DateTimeOffset.UtcNow;
        AnsiConsole.Write(ReadingTable.Of("inputs", values.Inputs, now));
        if (d.Shadow is { } shadow)
        {
            AnsiConsole.Write(ShadowTable.Of(shadow));
            foreach (var remark in ShadowTable.Remarks(shadow))
                Console.WriteLine(remark);
        }
        AnsiConsole.Write(ReadingTable.Of(values.Published ? "outputs" : "outputs (not published)", values.Outputs, now));
    }

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;
}
