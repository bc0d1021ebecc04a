using System.Globalization;
using ModelManager.Client;
using Spectre.Console;

namespace ModelManager.Silo.Display;

/// <summary>Deployments as a table that fits 80 columns, and below it a line for each that has something to say.</summary>
internal static class DeploymentTable
{
    private const int ShownCharacters = 12;

    public static Table Of(IReadOnlyList<DeploymentSummary> deployments)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "condition", "publish", "model", "rate/s", "p50", "p99 ms", "ticks");
        foreach (var column in table.Columns)
            column.NoWrap().PadLeft(0).PadRight(1);
        foreach (var d in deployments)
            table.AddRow(
                Markup.Escape(d.Name), Condition(d.Condition), d.Publish ? "on" : "off", Markup.Escape(Short(d.Model)), Number(d.Rate, "0.#"), Number(d.LatencyP50, "0.#"), Number(d.LatencyP99, "0.#"),
                d.Ticks.ToString(CultureInfo.InvariantCulture));
        return table;
    }

    /// <summary>Why a deployment does not run, or what it waits for; one line each.</summary>
    public static IEnumerable<string> Remarks(IReadOnlyList<DeploymentSummary> deployments) =>
        from d in deployments
        let remark = d.Why.Length > 0 ? d.Why : d.Awaited.Count > 0 ? $"waits for {d.Awaited.Count} inputs" : ""
        where remark.Length > 0
        select $"{d.Name}: {remark}";

    // A model that is not loaded yet is named by its path: the end of it tells.
    private static string Short(string text) => text.Length <= ShownCharacters ? text : "..." + text[^(ShownCharacters - 3)..];

    public static string Condition(string condition) => condition switch
    {
        "Running" => "[green]Running[/]",
        "Failed" => "[red]Failed[/]",
        "Degraded" or "Suspended" or "Unschedulable" => $"[yellow]{condition}[/]",
        _ => condition,
    };

    public static string Number(double? value, string format) => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
