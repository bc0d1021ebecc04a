using System.Globalization;
using ModelManager.Client;
using Spectre.Console;

namespace ModelManager.Silo.Display;

/// <summary>The outputs of a shadow beside those of its original.</summary>
internal static class ShadowTable
{
    public static Table Of(DeploymentShadow shadow)
    {
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"compared with {shadow.Original}"));
        table.AddColumns("output", "pairs", "max abs", "mean abs", "max rel", "mean rel", "unlike", "severity differs", "last", "original");
        foreach (var column in table.Columns)
            column.NoWrap().PadLeft(0).PadRight(1);
        foreach (var output in shadow.Outputs)
            table.AddRow([
                Markup.Escape(output.Name), Count(output.Count), Figure(output.MaxAbsolute), Figure(output.MeanAbsolute), Figure(output.MaxRelative), Figure(output.MeanRelative), Count(output.Unlike),
                Count(output.SeverityDiffers), Markup.Escape(ReadingTable.Value(output.Shadow)), Markup.Escape(ReadingTable.Value(output.Original))]);
        return table;
    }

    /// <summary>One line each for what is not in the table.</summary>
    public static IEnumerable<string> Remarks(DeploymentShadow shadow)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture, $"{shadow.Compared} ticks compared; without a counterpart: {shadow.OriginalAlone} of {shadow.Original}, {shadow.ShadowAlone} of this one");
        if (shadow.Why.Length > 0)
            yield return shadow.Why;
        if (shadow.OriginalOnly.Count > 0)
            yield return $"only {shadow.Original} has {string.Join(", ", shadow.OriginalOnly)}";
        if (shadow.ShadowOnly.Count > 0)
            yield return $"only this one has {string.Join(", ", shadow.ShadowOnly)}";
    }

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Figure(double? figure) => figure is { } number ? number.ToString("G4", CultureInfo.InvariantCulture) : "-";
}
