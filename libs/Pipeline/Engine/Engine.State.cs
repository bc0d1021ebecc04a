using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Pipeline;

// Save and restore of what the rules remember.
public sealed partial class Engine
{
    private const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>The state of stateful rules and transformers as JSON with <c>schema: 1</c>.</summary>
    public string Save(in EngineTime now)
    {
        var ticks = now.Ticks;
        var state = new EngineState(EngineState.CurrentSchema,
            [.. _outputs.Select(o => new SavedOutput(
                o.Sink, o.Variable.PvName,
                o.LastStamp.IsSet ? [o.LastStamp.Seconds, o.LastStamp.Nanoseconds, o.LastStamp.UserTag] : null,
                o.HasPosted ? BitConverter.DoubleToInt64Bits(o.PostedValue).ToString("x16", CultureInfo.InvariantCulture) : null,
                (int)o.PostedSeverity,
                o.HasPosted ? (ticks - o.PostedAt) * MicrosecondsPerSecond / _options.TicksPerSecond : 0,
                (int)o.Level))],
            Plan.Nodes.Where(n => n.Transformer is IStateful).ToImmutableSortedDictionary(n => n.Key, n => ((IStateful)n.Transformer!).Save()));
        return JsonSerializer.Serialize(state, PipelineJson.Default.EngineState);
    }

    /// <summary>Takes what <see cref="Save"/> gave, before the first event. Outputs and nodes that no longer exist are left out.</summary>
    /// <exception cref="FormatException">The text is no state of schema 1; nothing was changed.</exception>
    public void Restore(string saved, in EngineTime now)
    {
        var state = Parse(saved);
        var posted = state.Outputs.Select(o => o.Posted is null ? double.NaN : NumberOf(o)).ToArray();
        foreach (var (key, text) in state.Transformers)
            if (Array.Find(Plan.Nodes, n => n.Key == key)?.Transformer is IStateful stateful)
                stateful.Restore(text);
        for (var i = 0; i < posted.Length; i++)
        {
            var one = state.Outputs[i];
            if (Array.Find(_outputs, o => o.Sink == one.Sink && o.Variable.PvName == one.Pv) is not { } output)
                continue;
            if (one.Stamp is { Length: 3 } stamp)
                output.LastStamp = new PvTime(stamp[0], (int)stamp[1], (int)stamp[2]);
            output.HasPosted = one.Posted is not null;
            output.PostedValue = posted[i];
            output.PostedSeverity = (AlarmSeverity)one.PostedSeverity;
            output.PostedAt = now.Ticks - one.PostedAgoMicroseconds * _options.TicksPerSecond / MicrosecondsPerSecond;
            output.Level = (AlarmStatus)one.Level;
        }
    }

    private static double NumberOf(SavedOutput output) =>
        long.TryParse(output.Posted, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits)
            ? BitConverter.Int64BitsToDouble(bits)
            : throw new FormatException($"the saved state of a deployment has '{output.Posted}' as the value of {output.Pv}; 16 hexadecimal digits are needed");

    private static EngineState Parse(string saved)
    {
        EngineState? state;
        try
        {
            state = JsonSerializer.Deserialize(saved, PipelineJson.Default.EngineState);
        }
        catch (JsonException broken)
        {
            throw new FormatException($"the saved state of a deployment is not JSON of its kind: {broken.Message}", broken);
        }
        return state is { Schema: EngineState.CurrentSchema, Outputs.IsDefault: false, Transformers: not null }
            ? state
            : throw new FormatException($"the saved state of a deployment has schema {state?.Schema}; this version reads schema {EngineState.CurrentSchema}");
    }
}
