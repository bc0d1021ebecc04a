using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;
using ModelManager.Values;

namespace ModelManager.Configuration.Reading;

/// <summary>The rules of an input and of an output variable (DESIGN sections 6 and 11).</summary>
internal static class RulesReader
{
    private static readonly (string Name, InvalidInputPolicy Value)[] Policies =
        [("propagate", InvalidInputPolicy.Propagate), ("hold", InvalidInputPolicy.Hold), ("default", InvalidInputPolicy.Default), ("skip", InvalidInputPolicy.Skip)];

    /// <summary><c>on_invalid</c> is a policy on an input, and <c>hold</c> or a value on an output; on a variable that is both, its value tells which is meant.</summary>
    public static (InvalidInputPolicy? Input, PvValue? Output) ReadOnInvalid(Section section, VariableRole role, PvShape shape)
    {
        if (section.Get("on_invalid") is not { } node)
            return default;
        var policy = (node as YamlScalar)?.Value is { } word && Policies.FirstOrDefault(p => p.Name == word) is { Name: not null } found ? found.Value : (InvalidInputPolicy?)null;
        if (role != VariableRole.Output && policy is { } read)
        {
            if (read == InvalidInputPolicy.Default && !section.Has("default"))
                section.Missing("default", "the value that 'on_invalid: default' takes");
            return (read, null);
        }
        if (role == VariableRole.Input)
        {
            var names = Policies.Select(p => p.Name).ToArray();
            section.Expected("on_invalid", node, Words.Or(names), Spelling.DidYouMean((node as YamlScalar)?.Value ?? "", names));
            return default;
        }
        if (policy == InvalidInputPolicy.Hold)
            return default;
        return (null, ValueFor(section, "on_invalid", "hold", shape));
    }

    public static OutputRules ReadOutput(Section section, PvShape shape, PvValue? onInvalid)
    {
        var (low, high) = ReadLimits(section);
        return new(
            section.NumberFromZero("dead_band"),
            section.Duration("max_rate"),
            section.NumberFromZero("max_step"),
            low,
            high,
            onInvalid,
            section.Get("on_stop") is YamlScalar { IsPlain: true, Value: "nothing" } or null ? null : ValueFor(section, "on_stop", "nothing", shape));
    }

    private static (double? Low, double? High) ReadLimits(Section section)
    {
        if (section.Sub("limits") is not { } limits)
            return default;
        var (low, high) = (limits.Number("low"), limits.Number("high"));
        limits.Finish();
        if (low > high)
            section.Findings.Error(limits.Where, $"'limits' in {section.Title} has low {low} above high {high}", "Swap them.");
        return (low, high);
    }

    private static PvValue? ValueFor(Section section, string key, string word, PvShape shape)
    {
        var node = section.Get(key)!;
        if (shape == PvShape.Scalar && node is YamlScalar { IsPlain: true } scalar && !ScalarValues.TryNumber(scalar.Value, out _) && !ScalarValues.TryBoolean(scalar.Value, out _))
        {
            section.Expected(key, node, $"{word} or a value", Spelling.DidYouMean(scalar.Value, [word]) is { Length: > 0 } hint ? hint : "Put text that is meant as a value in quotes.");
            return null;
        }
        var value = PvValueReader.Read(section, key, shape, section.Integer("length", 1, int.MaxValue), null);
        return value.IsNone ? null : value;
    }
}
