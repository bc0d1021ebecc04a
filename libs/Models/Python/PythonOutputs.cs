using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Models.Python;

/// <summary>Takes a worker's answer apart into values of the declared kinds.</summary>
internal sealed class PythonOutputs(ModelInfo info)
{
    /// <summary>Fills the outputs in their order.</summary>
    /// <returns>What else the worker said.</returns>
    /// <exception cref="ModelException">The model failed; the message has its error.</exception>
    /// <exception cref="WorkerLostException">The answer makes no sense.</exception>
    public WorkerRemarks Read(ReplyFrame reply, SharedSegment? shared, Span<PvValue> outputs)
    {
        if (reply.IsPlain)
        {
            Numbers(reply, outputs);
            return default;
        }
        using var document = Parse(reply);
        var header = document.RootElement;
        if (header.TryGetProperty("error", out var error))
            throw new PythonModelFailure($"model '{info.Name}': {error.GetString()}", header.TryGetProperty("trace", out var trace) ? trace.GetString() ?? "" : "", header.TryGetProperty("form", out _));
        Numbers(reply, outputs);
        if (header.TryGetProperty("x", out var others))
            foreach (var other in others.EnumerateArray())
            {
                var index = other[0].GetInt32();
                if (index < 0 || index >= outputs.Length)
                    throw new WorkerLostException($"it answered with an output number {index}");
                outputs[index] = Value(info.Outputs[index], other[1], reply, shared);
            }
        return new(header.TryGetProperty("kept", out _), header.TryGetProperty("want", out var want) ? want.GetInt64() : 0);
    }

    private void Numbers(ReplyFrame reply, Span<PvValue> outputs)
    {
        var vector = reply.Vector(outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = PvValue.Double(vector[i]);
    }

    private static JsonDocument Parse(ReplyFrame reply)
    {
        try
        {
            return JsonDocument.Parse(reply.Header);
        }
        catch (JsonException malformed)
        {
            throw new WorkerLostException($"it sent something that is no answer ({malformed.Message})");
        }
    }

    private PvValue Value(ModelVariable output, JsonElement description, ReplyFrame reply, SharedSegment? shared)
    {
        if (!description.TryGetProperty("v", out var value))
            return Shaped(output, reply.Array(description, shared));
        return value.ValueKind switch
        {
            JsonValueKind.String when output.Kind is PvKind.None or PvKind.String => PvValue.String(value.GetString()!),
            JsonValueKind.Array when output.Kind is PvKind.None or PvKind.StringArray => PvValue.Array(value.EnumerateArray().Select(item => item.GetString()!).ToArray()),
            JsonValueKind.True or JsonValueKind.False => output.Kind is PvKind.Float64 ? PvValue.Double(value.GetBoolean() ? 1 : 0) : PvValue.Boolean(value.GetBoolean()),
            JsonValueKind.Number when output.Kind is PvKind.Float64 or PvKind.Float32 => PvValue.Double(value.GetDouble()),
            JsonValueKind.Number => value.TryGetInt64(out var integer) ? PvValue.Integer(PvKind.Int64, integer) : PvValue.Integer(PvKind.UInt64, (long)value.GetUInt64()),
            _ => throw new ModelFaultException($"model '{info.Name}': output '{output.Name}' is the text {value}; it is declared as {output.Kind}"),
        };
    }

    private PvValue Shaped(ModelVariable output, (Array Array, int[] Shape) found)
    {
        var (array, shape) = found;
        if (shape.Length > 1)
            return PvValue.Image(new PvImage(array, [.. shape]));
        if (output.Kind != PvKind.Image)
            return PvValue.Array(array);
        return !output.Shape.IsDefaultOrEmpty && output.Shape.Aggregate(1L, (all, length) => all * length) == array.Length
            ? PvValue.Image(new PvImage(array, output.Shape))
            : throw new ModelFaultException($"model '{info.Name}': output '{output.Name}' is a flat array of {array.Length}; it is declared as an image{(output.Shape.IsDefaultOrEmpty ? "" : $" of [{string.Join(", ", output.Shape)}]")}");
    }
}

/// <param name="Kept">The model refers to an array that lies in shared memory.</param>
/// <param name="Wanted">Bytes of outputs that would go through shared memory, had it room.</param>
internal readonly record struct WorkerRemarks(bool Kept, long Wanted);

/// <summary>The model's own error, and where in it.</summary>
/// <param name="isOfForm">It is about the form of its outputs, not about its inputs.</param>
internal sealed class PythonModelFailure(string message, string trace, bool isOfForm) : Exception(message)
{
    public string Trace => trace;
    public bool IsOfForm => isOfForm;
}
