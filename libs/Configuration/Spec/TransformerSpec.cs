using System.Collections.Immutable;

namespace ModelManager.Configuration.Spec;

/// <summary>What a transformer does. Its inputs are symbols of the topics it subscribes to, its outputs are the names it publishes.</summary>
public abstract record TransformerSpec(SourceMark Where)
{
    public abstract ImmutableArray<string> Inputs { get; }
    public abstract ImmutableArray<string> Outputs { get; }
}

/// <summary><c>SimpleTransformer</c> (alias <c>ReverseTransformer</c>): one formula per output.</summary>
public sealed record SimpleTransformerSpec(ImmutableArray<string> Symbols, ImmutableArray<FormulaSpec> Formulas, SourceMark Where) : TransformerSpec(Where)
{
    public override ImmutableArray<string> Inputs => Symbols;
    public override ImmutableArray<string> Outputs => [.. Formulas.Select(f => f.Output)];
    /// <summary>Where each of <see cref="Symbols"/> is declared; empty when the spec did not come from a file.</summary>
    public ImmutableArray<SourceMark> SymbolMarks { get; init; } = [];
}

/// <param name="Where">Where the text of the formula begins.</param>
public sealed record FormulaSpec(string Output, string Text, SourceMark Where)
{
    /// <summary>The text stands in the file character by character from <see cref="Where"/> on, so a position in it is a column.</summary>
    public bool IsVerbatim { get; init; }
}

/// <summary><c>CAImageTransformer</c> (also spelled <c>CAImageTransfomer</c>): flat array + x size + y size to an image.</summary>
public sealed record CaImageTransformerSpec(ImmutableArray<CaImageSpec> Images, SourceMark Where) : TransformerSpec(Where)
{
    public override ImmutableArray<string> Inputs => [.. Images.SelectMany(i => new[] { i.ImageChannel, i.XChannel, i.YChannel }).Distinct()];
    public override ImmutableArray<string> Outputs => [.. Images.Select(i => i.Output)];
}

public enum ImageUnfold { RowMajor, ColumnMajor }

public sealed record CaImageSpec(string Output, string ImageChannel, string XChannel, string YChannel, ImageUnfold Unfold, SourceMark Where);

/// <summary><c>PassThroughTransformer</c>: renames, any type.</summary>
public sealed record PassThroughTransformerSpec(ImmutableArray<PassThroughSpec> Variables, SourceMark Where) : TransformerSpec(Where)
{
    public override ImmutableArray<string> Inputs => [.. Variables.Select(v => v.Input).Distinct()];
    public override ImmutableArray<string> Outputs => [.. Variables.Select(v => v.Output)];
}

public sealed record PassThroughSpec(string Output, string Input, SourceMark Where);

/// <summary><c>CompoundTransformer</c>: children side by side; the outputs are their union.</summary>
public sealed record CompoundTransformerSpec(ImmutableArray<CompoundChild> Children, SourceMark Where) : TransformerSpec(Where)
{
    public override ImmutableArray<string> Inputs => [.. Children.SelectMany(c => c.Transformer.Inputs).Distinct()];
    public override ImmutableArray<string> Outputs => [.. Children.SelectMany(c => c.Transformer.Outputs).Distinct()];
}

public sealed record CompoundChild(string Key, TransformerSpec Transformer);

/// <summary>A transformer of a plug-in. It declares its inputs and outputs the way SimpleTransformer does (<c>symbols</c>, keys of <c>variables</c>).</summary>
/// <param name="ConfigYaml">The <c>config</c> mapping as YAML text: the plug-in reads it.</param>
public sealed record PluginTransformerSpec(string TypeName, ImmutableArray<string> Symbols, ImmutableArray<string> Variables, string ConfigYaml, SourceMark Where) : TransformerSpec(Where)
{
    public override ImmutableArray<string> Inputs => Symbols;
    public override ImmutableArray<string> Outputs => Variables;
    /// <summary>Where each of <see cref="Symbols"/> is declared; empty when the spec did not come from a file.</summary>
    public ImmutableArray<SourceMark> SymbolMarks { get; init; } = [];
}
