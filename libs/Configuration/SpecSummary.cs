using System.Collections.Immutable;
using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration;

/// <summary>What <c>validate</c> prints of a file: the verdict, what the deployment reads, computes and writes, then every error and warning.</summary>
public static class SpecSummary
{
    public static ImmutableArray<string> Lines(Checked<DeploymentSpec> read, string fileName)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        var counts = $"{Words.Count(read.Errors.Length, "error")}, {Words.Count(read.Warnings.Length, "warning")}";
        lines.Add(read.Value is null ? $"{fileName}: not valid ({counts})" : $"{fileName}: valid ({counts})");
        if (read.Value is { } spec)
            Describe(spec, lines);
        lines.AddRange(read.Errors.Select(e => $"error   {e}"));
        lines.AddRange(read.Warnings.Select(w => $"warning {w}"));
        return lines.ToImmutable();
    }

    private static void Describe(DeploymentSpec spec, ImmutableArray<string>.Builder lines)
    {
        lines.Add($"  deployment  {spec.Name} ({(spec.Format == ConfigurationFormat.Legacy ? "legacy" : "graph")} format, {Words.Count(spec.Modules.Length, "module")}, publish {(spec.Publish ? "on" : "off")})");
        lines.Add($"  trigger     {Trigger(spec.Trigger)}");
        foreach (var source in spec.Interfaces.Where(i => i.IsSource))
            lines.Add($"  inputs      {Words.Count(source.Variables.Count(v => v.Mode != PvMode.Out), "variable")} from {source.Subtype} '{source.Key}': {Names([.. source.Variables.Where(v => v.Mode != PvMode.Out).Select(v => v.PvName)])}");
        foreach (var transformer in spec.Transformers)
            lines.Add($"  transformer {transformer.Subtype} '{transformer.Key}': {Words.Count(transformer.Transformer.Inputs.Length, "input")}, {Words.Count(transformer.Transformer.Outputs.Length, "output")}{Formulas(transformer.Transformer)}");
        foreach (var model in spec.Models)
            lines.Add($"  model       '{model.Key}': {Reference(spec.Model ?? model.Model)}{(model.Outputs.IsEmpty ? "" : $", declares {Names(model.Outputs)}")}");
        foreach (var sink in spec.Interfaces.Where(i => i.IsSink))
            lines.Add($"  outputs     {Words.Count(sink.Variables.Count(v => v.Mode != PvMode.In), "variable")} to {sink.Subtype} '{sink.Key}': {Names([.. sink.Variables.Where(v => v.Mode != PvMode.In).Select(v => v.PvName)])}");
    }

    private static string Trigger(TriggerSpec trigger) => trigger.Kind switch
    {
        TriggerKind.Rate => $"every {trigger.Rate?.TotalSeconds} s",
        TriggerKind.Leader => $"update of {trigger.Leader}{AtMost(trigger)}",
        TriggerKind.Aligned => "aligned inputs",
        _ => $"any update{AtMost(trigger)}",
    };

    private static string AtMost(TriggerSpec trigger) => trigger.Rate is { } rate ? $", at most once in {rate.TotalSeconds} s" : "";

    private static string Formulas(TransformerSpec transformer) => transformer switch
    {
        SimpleTransformerSpec simple => $", {Words.Count(simple.Formulas.Length, "formula")}",
        CompoundTransformerSpec compound => $", {Words.Count(compound.Children.Length, "part")}",
        _ => "",
    };

    private static string Reference(ModelReference? model) => model switch
    {
        null => "named on the command line",
        { Path: { } path } => $"local {path}",
        { Version: { } version } => $"{model.Name} version {version}",
        _ => $"{model.Name}, latest version",
    };

    private static string Names(IReadOnlyList<string> names) =>
        names.Count == 0 ? "none" : Words.Some(names);
}
