using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Formulas;

namespace ModelManager.Pipeline;

/// <summary>Makes a transformer from its spec: the built-in kinds, and those of plug-ins by their type name. Immutable.</summary>
public sealed class TransformerRegistry
{
    private readonly ImmutableSortedDictionary<string, ITransformerFactory> _plugins;

    /// <exception cref="TransformerException">Two plug-ins have the same type name.</exception>
    public TransformerRegistry(params IEnumerable<ITransformerFactory> plugins)
    {
        var byType = ImmutableSortedDictionary.CreateBuilder<string, ITransformerFactory>(StringComparer.Ordinal);
        foreach (var plugin in plugins)
        {
            if (byType.TryGetValue(plugin.Type, out var other))
                throw new TransformerException($"transformer type '{plugin.Type}' is provided twice, by {other.GetType().FullName} and by {plugin.GetType().FullName}; remove one of them");
            byType.Add(plugin.Type, plugin);
        }
        _plugins = byType.ToImmutable();
    }

    public static TransformerRegistry BuiltIn { get; } = new();

    /// <summary>Type names of plug-ins, in alphabetical order.</summary>
    public IEnumerable<string> PluginTypes => _plugins.Keys;

    /// <summary>Makes a transformer, or adds everything that is wrong with its spec to <paramref name="errors"/> and gives null.</summary>
    public ITransformer? Create(TransformerSpec spec, ICollection<SpecError> errors) => spec switch
    {
        SimpleTransformerSpec simple => CreateSimple(simple, errors),
        CaImageTransformerSpec images => new CaImageTransformer(images),
        PassThroughTransformerSpec renames => new PassThroughTransformer(renames),
        CompoundTransformerSpec compound => CreateCompound(compound, errors),
        PluginTransformerSpec plugin => CreatePlugin(plugin, errors),
        _ => throw new ArgumentException($"{spec.Where}: a transformer spec of unknown kind {spec.GetType().Name}", nameof(spec)),
    };

    private static SimpleTransformer? CreateSimple(SimpleTransformerSpec spec, ICollection<SpecError> errors)
    {
        var formulas = ImmutableArray.CreateBuilder<Formula>(spec.Formulas.Length);
        foreach (var formula in spec.Formulas)
        {
            if (Formula.TryCompile(formula.Text, spec.Symbols, formula.Output, out var compiled, out var error))
                formulas.Add(compiled);
            else
                errors.Add(new(formula.Where, $"variable '{formula.Output}': {error.Message}", error.Suggestion));
        }
        return formulas.Count == spec.Formulas.Length ? new SimpleTransformer(spec.Symbols, formulas.MoveToImmutable()) : null;
    }

    private CompoundTransformer? CreateCompound(CompoundTransformerSpec spec, ICollection<SpecError> errors)
    {
        var children = spec.Children.Select(c => Create(c.Transformer, errors)).ToList();
        return children.Contains(null) ? null : new CompoundTransformer([.. children!], spec.Inputs, spec.Outputs);
    }

    private ITransformer? CreatePlugin(PluginTransformerSpec spec, ICollection<SpecError> errors)
    {
        if (!_plugins.TryGetValue(spec.TypeName, out var factory))
        {
            errors.Add(new(spec.Where, $"transformer type '{spec.TypeName}' is not known here", DidYouMean.Hint(spec.TypeName, _plugins.Keys, "Install the plug-in that has it")));
            return null;
        }
        try
        {
            return factory.Create(spec);
        }
        catch (TransformerException refused)
        {
            errors.Add(new(spec.Where, $"transformer type '{spec.TypeName}': {refused.Message}", ""));
            return null;
        }
    }
}
