using System.Globalization;
using ModelManager.Client;
using Spectre.Console;

namespace ModelManager.Silo.Display;

/// <summary>Deployments as a table.</summary>
internal static class DeploymentTable
{
    public static Table Of(IReadOnlyList<DeploymentSummary> deployments)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in (string[])["name", "condition", "publish", "model", "rate/s", "p50 ms", "p99 ms", "ticks"])
            table.AddColumn(title, column => column.NoWrap());
        table.AddColumn("why");
        foreach (var d in deployments)
            table.AddRow(
                Markup.Escape(d.Name), Condition(d.Condition), d.Publish ? "on" : "off", Markup.Escape(d.Model), Number(d.Rate, "0.#"), Number(d.LatencyP50, "0.###"), Number(d.LatencyP99, "0.###"),
                d.Ticks.ToString(CultureInfo.InvariantCulture), Markup.Escape(d.Why.Length > 0 ? d.Why : d.Awaited.Count > 0 ? $"waits for {d.Awaited.Count} inputs" : ""));
        return table;
    }

    public static string Condition(string condition) => condition switch
    {
        "Running" => "[green]Running[/]",
        "Failed" => "[red]Failed[/]",
        "Degraded" or "Suspended" or "Unschedulable" => $"[yellow]{condition}[/]",
        _ => condition,
    };

    public static string Number(double? value, string format) => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
