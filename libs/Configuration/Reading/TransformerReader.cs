using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Reading;

/// <summary>The type and <c>config</c> of a transformer, at the top of a module or inside a compound one.</summary>
internal static class TransformerReader
{
    private static readonly string[] BuiltIn = ["SimpleTransformer", "CAImageTransformer", "PassThroughTransformer", "CompoundTransformer", "CAImageTransfomer", "ReverseTransformer"];

    /// <summary>Reads the config of a transformer of the given type; null with the reason in the findings when there is nothing to build.</summary>
    /// <param name="owner">The section that has <c>config</c>.</param>
    /// <param name="type">The type as written, without a family.</param>
    public static TransformerSpec? Read(Section owner, YamlScalar written, string type, KnownModules known)
    {
        var isPlugin = known.Transformers.Contains(type);
        if (!isPlugin && !BuiltIn.Contains(type))
        {
            var names = BuiltIn[..4].Concat(known.Transformers).ToArray();
            var near = Spelling.DidYouMean(type, names);
            owner.Findings.Error(written.Where, $"unknown transformer '{type}'", near.Length > 0 ? near : $"Known: {string.Join(", ", names)}; a plug-in can add others.");
            owner.Ignore("config");
            return null;
        }
        if (owner.Sub("config") is not { } config)
        {
            if (!owner.Has("config"))
                owner.Missing("config", "a mapping");
            return null;
        }
        TransformerSpec? read = type switch
        {
            _ when isPlugin => ReadPlugin(config, type),
            "SimpleTransformer" or "ReverseTransformer" => ReadSimple(config),
            "CAImageTransformer" or "CAImageTransfomer" => ReadImages(config),
            "PassThroughTransformer" => ReadPassThrough(config),
            _ => ReadCompound(config, known),
        };
        if (!isPlugin)
            config.Finish();
        return read;
    }

    private static SimpleTransformerSpec ReadSimple(Section config)
    {
        var (symbols, marks) = ReadSymbols(config);
        var formulas = ImmutableArray.CreateBuilder<FormulaSpec>();
        foreach (var (entry, variable) in Variables(config, "{formula: ...}"))
        {
            // 'type' beside a formula says nothing: Example 2 of the original README has 'type: ca' there.
            variable.Ignore("type", "proto");
            if (variable.Scalar("formula", "text in SymPy syntax") is { } formula && formula.Value.Trim().Length > 0)
                formulas.Add(new(entry.Key, formula.Value, formula.TextMark) { IsVerbatim = formula.IsVerbatim });
            else if (variable.Get("formula") is not YamlMapping and not YamlSequence)
                variable.Missing("formula", "text in SymPy syntax");
            variable.Finish();
        }
        return new(symbols, formulas.ToImmutable(), config.Where) { SymbolMarks = marks };
    }

    private static CaImageTransformerSpec ReadImages(Section config)
    {
        config.Ignore("symbols");
        var images = ImmutableArray.CreateBuilder<CaImageSpec>();
        foreach (var (entry, variable) in Variables(config, "{img_ch, img_x_ch, img_y_ch}"))
        {
            var channels = new[] { "img_ch", "img_x_ch", "img_y_ch" }.Select(key => Channel(variable, key)).ToArray();
            var unfold = variable.Choice("unfold", ("row_major", ImageUnfold.RowMajor), ("column_major", ImageUnfold.ColumnMajor)) ?? ImageUnfold.RowMajor;
            variable.Finish();
            if (channels is [{ } image, { } x, { } y])
                images.Add(new(entry.Key, image, x, y, unfold, entry.Where));
        }
        return new(images.ToImmutable(), config.Where);
    }

    private static string? Channel(Section variable, string key)
    {
        if (!variable.Has(key))
            variable.Missing(key, "the name of a variable");
        return variable.Text(key);
    }

    // Files in use give these transformers 'symbols' too; upstream never reads them.
    private static PassThroughTransformerSpec ReadPassThrough(Section config)
    {
        config.Ignore("symbols");
        var variables = ImmutableArray.CreateBuilder<PassThroughSpec>();
        foreach (var entry in Entries(config, "OUTPUT: INPUT"))
            if (entry.Value is YamlScalar { IsNull: false } input && input.Value.Length > 0)
                variables.Add(new(entry.Key, input.Value, input.Where));
            else
                config.Findings.Error(entry.Value.Where, $"'{entry.Key}' in {config.Title}.variables is {entry.Value.Described}; expected the name of the variable it takes", "Write 'OUTPUT: INPUT'.");
        return new(variables.ToImmutable(), config.Where);
    }

    private static CompoundTransformerSpec ReadCompound(Section config, KnownModules known)
    {
        var children = ImmutableArray.CreateBuilder<CompoundChild>();
        var transformers = config.Sub("transformers");
        if (transformers is null && !config.Has("transformers"))
            config.Missing("transformers", "a mapping of transformers");
        foreach (var entry in transformers?.Node.Entries ?? [])
        {
            if (entry.Value is not YamlMapping mapping)
            {
                config.Findings.Error(entry.Value.Where, $"'{entry.Key}' in {transformers!.Title} is {entry.Value.Described}; expected {{type, config}}");
                continue;
            }
            var child = new Section(mapping, $"{transformers!.Title}.{entry.Key}", config.Findings);
            var type = child.Scalar("type", "the type of a transformer");
            if (type is null && !child.Has("type"))
                child.Missing("type", "the type of a transformer");
            if (type is not null && Read(child, type, type.Value, known) is { } read)
                children.Add(new(entry.Key, read));
            else
                child.Ignore("config");
            child.Finish();
        }
        return new(children.ToImmutable(), config.Where);
    }

    private static PluginTransformerSpec ReadPlugin(Section config, string type)
    {
        var (symbols, marks) = ReadSymbols(config);
        var variables = config.Get("variables") is YamlMapping mapping ? mapping.Entries.Select(e => e.Key) : [];
        return new(type, symbols, [.. variables], YamlJson.Write(config.Node), config.Where) { SymbolMarks = marks };
    }

    private static (ImmutableArray<string> Symbols, ImmutableArray<SourceMark> Marks) ReadSymbols(Section config)
    {
        var symbols = ImmutableArray.CreateBuilder<string>();
        var marks = ImmutableArray.CreateBuilder<SourceMark>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var written = config.Texts("symbols");
        if (written.Count > YamlLimits.MaxNames)
        {
            config.Findings.Error(config.KeyMark("symbols"), $"'symbols' in {config.Title} has {written.Count} names; expected at most {YamlLimits.MaxNames}", "Split the transformer.");
            return ([], []);
        }
        foreach (var symbol in written)
        {
            if (seen.Add(symbol.Value))
            {
                symbols.Add(symbol.Value);
                marks.Add(symbol.Where);
            }
            else
                config.Findings.Warn(symbol.Where, $"symbol '{symbol.Value}' is declared twice", "Remove one of the two.");
        }
        return (symbols.ToImmutable(), marks.ToImmutable());
    }

    private static IEnumerable<(YamlEntry Entry, Section Variable)> Variables(Section config, string shape)
    {
        foreach (var entry in Entries(config, shape))
            if (entry.Value is YamlMapping mapping)
                yield return (entry, new Section(mapping, $"{config.Title}.variables.{entry.Key}", config.Findings));
            else
                config.Findings.Error(entry.Value.IsNull ? entry.Where : entry.Value.Where, $"'{entry.Key}' in {config.Title}.variables is {entry.Value.Described}; expected {shape}",
                    entry.Value.IsNull ? "Is what follows indented too little?" : "");
    }

    private static IEnumerable<YamlEntry> Entries(Section config, string shape)
    {
        if (config.Sub("variables") is { } variables)
            return VariableReader.TooMany(variables) ? [] : variables.Node.Entries;
        if (!config.Has("variables"))
            config.Missing("variables", $"a mapping of outputs, each {shape}");
        return [];
    }
}
