using ModelManager.Grains.Storage;
using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>What a deployment keeps: the specification it runs by, how it was chosen, and its history.</summary>
[StateSchema("deployment", 1)]
public sealed class DeploymentState
{
    public string SourceText { get; set; } = "";
    public string FileName { get; set; } = "";
    public ModelChoice? Model { get; set; }
    /// <summary>What the last request or <c>publish on|off</c> said; wins over the file.</summary>
    public bool Publish { get; set; }
    public bool Simulate { get; set; }
    public bool Strict { get; set; }
    /// <summary>Counts every start of an engine, so that outputs of an older one can be told and dropped.</summary>
    public long Epoch { get; set; }
    public List<Generation> Generations { get; set; } = [];

    // Members below came later and are left out of the text where they say nothing, so schema 1 stays as it was.

    /// <summary>The text came with the registered model; another version brings its own.</summary>
    public bool? SourceFromModel { get; set; }
    /// <summary>What the registered model was resolved to when this generation started: a restart takes the same, without asking anybody.</summary>
    public ModelPin? Pin { get; set; }
    /// <summary>The generation that started last: what a restart falls back on when the present one does not.</summary>
    public int? Started { get; set; }
    /// <summary>Earlier generations, the newest last, for a way back.</summary>
    public List<GenerationContent>? Earlier { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public int Number => Generations.Count == 0 ? 0 : Generations[^1].Number;

    [System.Text.Json.Serialization.JsonIgnore]
    public GenerationContent Content => new(Number, SourceText, FileName, Model, Simulate, Strict, SourceFromModel == true, Pin);

    /// <summary>What the generation that started last was resolved to, which may be another than the present one; null for a local model.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ModelPin? StartedPin => Started is { } started && started != Number ? Earlier?.FindLast(content => content.Number == started)?.Pin : Pin;

    /// <summary>Makes this the present generation; what it replaces is kept for a way back.</summary>
    public void Take(GenerationContent content, Generation generation)
    {
        if (Number > 0)
        {
            Earlier ??= [];
            Earlier.Add(Content);
            Earlier.RemoveRange(0, Math.Max(0, Earlier.Count - MostEarlier));
        }
        (SourceText, FileName, Model) = (content.SourceText, content.FileName, content.Model);
        (Simulate, Strict, Pin) = (content.Simulate, content.Strict, content.Pin);
        SourceFromModel = content.SourceFromModel ? true : null;
        Generations.Add(generation);
        Generations.RemoveRange(0, Math.Max(0, Generations.Count - MostGenerations));
    }

    private const int MostEarlier = 5;
    private const int MostGenerations = 200;
}

/// <summary>All that makes a generation: enough to run it again.</summary>
/// <param name="Pin">Null before its model was resolved, and for local models.</param>
public sealed record GenerationContent(int Number, string SourceText, string FileName, ModelChoice? Model, bool Simulate, bool Strict, bool SourceFromModel, ModelPin? Pin)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public SpecSource Source => new(SourceText, FileName);
}
