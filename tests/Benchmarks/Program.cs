using ModelManager.Benchmarks.Formulas;

// One JSON line per figure on the standard output; each part is asked for by name, or all run.
var parts = new SortedDictionary<string, Action<TextWriter>>(StringComparer.Ordinal)
{
    ["formulas"] = FormulaBenchmarks.Run,
};

foreach (var name in args.Length == 0 ? [.. parts.Keys] : args)
{
    if (!parts.TryGetValue(name, out var run))
    {
        Console.Error.WriteLine($"'{name}' is no benchmark; known are: {string.Join(", ", parts.Keys)}");
        return 2;
    }
    run(Console.Out);
}
return 0;
