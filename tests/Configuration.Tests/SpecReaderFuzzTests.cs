using CsCheck;
using ModelManager.Configuration.Env;
using ModelManager.Configuration.Migration;

namespace ModelManager.Configuration.Tests;

/// <summary>Whatever the text, reading it ends with a spec or with errors that have a place; it never throws.</summary>
public class SpecReaderFuzzTests
{
    private static readonly Gen<string> Broken = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5_000], Gen.Int[0, 60], Gen.String[Gen.Char["abn:-[]{}#&*!|>'\"%@`, \n\t.~?=<0123456789"], 0, 6]).Select((kind, at, length, piece) =>
    {
        var text = Messages.Graph();
        at %= text.Length;
        length = Math.Min(length, text.Length - at);
        return kind switch
        {
            0 => text[..at],
            1 => text.Remove(at, length),
            2 => text.Insert(at, piece),
            3 => text.Remove(at, Math.Min(1, length)).Insert(at, piece),
            4 => text.Insert(at, text.Substring(at, length)),
            _ => piece + text[at..] + piece,
        };
    });

    [Fact]
    public void A_broken_graph_file_is_read_or_refused() =>
        Broken.Sample(text =>
        {
            var read = SpecReader.Read(text, "f.yaml");
            Assert.True(read.Value is null != read.Errors.IsEmpty);
            Assert.All(read.Errors.AddRange(read.Warnings), e => Assert.True(e.Where is { File: "f.yaml", Line: > 0, Column: > 0 } && e.Problem.Length > 0));
        }, iter: 3_000);

    /// <summary>Files that are wrong or large in every line cost no more than their size warrants: none of these may be quadratic in it.</summary>
    [Fact]
    public void Large_and_wrong_files_are_refused_without_much_memory()
    {
        static string Lines(string head, int count, Func<int, string> line) => head + string.Concat(Enumerable.Range(0, count).Select(line));
        string[] texts =
        [
            Lines("deployment:\n", 100_000, i => $"  key{i}: x\n"),
            Lines("modules:\n", 1_000, i => $"  k{i}: {{type: model.X, pub: a, sub: a}}\n"),
            Lines("modules:\n", 1_000, i => $"  k{i}: {{type: model.X, pub: topic{i}, sub: topics{i}}}\n"),
            Lines("modules:\n  s:\n    type: interface.memory\n    pub: a\n    config:\n      variables:\n", 10_000, i => $"        v{i}: {{}}\n")
                + Lines("  t:\n    type: transformer.SimpleTransformer\n    sub: a\n    pub: b\n    config:\n      symbols:\n", 10_000, i => $"        - w{i}\n")
                + Lines("      variables:\n", 10_000, i => $"        o{i}: {{formula: w{i} + 1}}\n"),
            new('[', 5_000_000),
            string.Concat(Enumerable.Repeat("- ", 2_000_000)),
        ];
        foreach (var text in texts)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.False(SpecReader.Read(text, "f.yaml", new() { Strict = true }).Errors.IsEmpty);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 150_000_000);
        }
    }

    [Fact]
    public void A_broken_legacy_file_is_migrated_or_refused()
    {
        var legacy = """
            input_data:
              get_method: p4p # c
              config: {variables: {A: {proto: pva, name: A}}}
            input_data_to_model:
              type: PassThroughTransformer
              config:
                variables: {x: A}
            output_model_to_data:
              type: PassThroughTransformer
              config:
                variables:
                  B: y
            output_data_to:
              put_method: p4p
              config: {variables: {B: {proto: pva, name: B}}}

            """;
        Gen.Select(Gen.Int[0, legacy.Length - 1], Gen.String[Gen.Char["a:-[]{}#&*' \n"], 0, 3]).Sample((at, piece) =>
        {
            var text = legacy.Insert(at, piece);
            if (SpecMigration.Migrate(text, "f.yaml").Value is { } migrated)
                Assert.Equal(SpecDescription.Lines(SpecReader.Read(text, "f.yaml").OrThrow()), SpecDescription.Lines(SpecReader.Read(migrated.Text, "f.yaml").OrThrow()));
        }, iter: 2_000);
    }

    [Fact]
    public void A_broken_env_file_is_read_or_refused() =>
        Gen.String[Gen.Char["{}[]:,\"\\ \nabu01.-"], 0, 40].Sample(text =>
        {
            var read = EnvFile.Read("{\"A\": \"" + text, "env.json");
            Assert.True(read.Value is null != read.Errors.IsEmpty);
        }, iter: 3_000);
}
