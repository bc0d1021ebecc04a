using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests;

/// <summary>What reading a text says, as the user sees it.</summary>
internal static class Messages
{
    public static string[] Errors(string yaml, bool strict = false) => Texts(SpecReader.Read(yaml, "f.yaml", new() { Strict = strict }).Errors);

    public static string[] Warnings(string yaml) => Texts(SpecReader.Read(yaml, "f.yaml").Warnings);

    public static string[] Texts(IEnumerable<SpecError> errors) => [.. errors.Select(e => e.ToString())];

    /// <summary>A graph of one source (a, b), one transformer (x = a + b), a model and a sink (y), with pieces replaced.</summary>
    public static string Graph(params ReadOnlySpan<(string Old, string New)> changes)
    {
        var text = """
            deployment:
              rate: 0.1
            modules:
              source:
                type: interface.simulator
                pub: inputs
                sub: get_all
                config:
                  variables:
                    a: {name: PV:A}
                    b: {name: PV:B}
              before:
                type: transformer.SimpleTransformer
                pub: model_inputs
                sub: inputs
                config:
                  symbols: [a, b]
                  variables:
                    x: {formula: a + b}
              model:
                type: model.SimpleModel
                pub: model_outputs
                sub: model_inputs
              after:
                type: transformer.PassThroughTransformer
                pub: outputs
                sub: model_outputs
                config:
                  variables:
                    y: z
              sink:
                type: interface.p4p_server
                sub: outputs
                config:
                  variables:
                    y: {proto: pva, name: PV:Y}

            """;
        foreach (var (old, replacement) in changes)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }
        return text;
    }
}
