using System.Text.Json;

namespace ModelManager.Pipeline;

/// <summary>The state of a compound: that of each stateful child, by position. JSON, schema 1.</summary>
internal static class StateOfChildren
{
    private const int Schema = 1;

    public static string Save(string?[] children) => JsonSerializer.Serialize(new State(Schema, children), PipelineJson.Default.State);

    /// <exception cref="FormatException">Not such a state, or of another compound.</exception>
    public static string?[] Read(string saved, int children)
    {
        State? state;
        try
        {
            state = JsonSerializer.Deserialize(saved, PipelineJson.Default.State);
        }
        catch (JsonException broken)
        {
            throw new FormatException($"the saved state of a compound transformer is not JSON: {broken.Message}", broken);
        }
        if (state is not { Schema: Schema } || state.Children.Length != children)
            throw new FormatException($"the saved state of a compound transformer has schema {state?.Schema} and {state?.Children.Length} children; schema {Schema} and {children} children are needed");
        return state.Children;
    }

    internal sealed record State(int Schema, string?[] Children);
}
