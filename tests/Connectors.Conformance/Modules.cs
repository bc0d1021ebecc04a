using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Conformance;

/// <summary>Interface modules as the reader of configurations makes them.</summary>
public static class Modules
{
    private static readonly SourceMark Mark = new("test.yaml", 7, 3);

    /// <summary>A module that gives the variables to the graph.</summary>
    public static InterfaceModule Source(string type, IEnumerable<PvVariable> variables, params (string Key, string Value)[] settings) =>
        Make(type, "in", [], "topic", variables, settings);

    /// <summary>A module that takes the variables from the graph.</summary>
    public static InterfaceModule Sink(string type, IEnumerable<PvVariable> variables, params (string Key, string Value)[] settings) =>
        Make(type, "out", ["topic"], null, variables, settings);

    public static PvVariable Variable(string name) => new(name, name, Mark);

    public static IEnumerable<PvVariable> Variables(params string[] names) => names.Select(Variable);

    private static InterfaceModule Make(string type, string key, ImmutableArray<string> reads, string? writes, IEnumerable<PvVariable> variables, (string Key, string Value)[] settings) =>
        new(key, $"interface.{type}", reads, writes, Mark, [.. variables]) { Settings = settings.ToImmutableDictionary(s => s.Key, s => s.Value) };
}
