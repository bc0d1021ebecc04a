using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Grains.Models;

/// <summary>The dry run before a model goes live: one evaluation on its defaults, which also warms it up. What fails here would have failed in the control loop.</summary>
/// <remarks>An input without default gets the middle of its range, or zeros of its shape. Since such values are ours and not the model's, an error then proves nothing and is let pass; a call that never returned, a process that was lost and outputs of another form than declared prove it all the same.</remarks>
internal static class ModelTrial
{
    /// <exception cref="DeploymentException">The evaluation failed, or an output is missing, not finite, or of another size than the signature says.</exception>
    public static async Task Run(ModelHost host, ModelLease lease, CancellationToken cancellation)
    {
        var info = lease.Info;
        var isOwn = info.Inputs.All(input => !input.Default.IsNone);
        var call = new AwaitedModelCall(lease, [.. info.Inputs.Select(Value)]);
        host.Submit(call);
        try
        {
            await call.Done.WaitAsync(cancellation);
        }
        catch (DeploymentException failed)
        {
            if (isOwn || call.Error is ModelHungException or ModelFaultException)
                throw Refused(info, failed.Message);
            return;
        }
        for (var i = 0; isOwn && i < info.Outputs.Length; i++)
            if (Problem(info.Outputs[i], call.Outputs[i]) is { } problem)
                throw Refused(info, problem);
    }

    private static PvValue Value(ModelVariable input)
    {
        if (!input.Default.IsNone)
            return input.Default;
        var size = input.Shape.IsDefault ? 1 : input.Shape.Aggregate(1, (product, length) => product * Math.Max(length, 1));
        return input.Kind switch
        {
            PvKind.Image => PvValue.Image(new PvImage(new double[size], input.Shape.IsDefault ? [1, 1] : [.. input.Shape.Select(length => Math.Max(length, 1))])),
            PvKind.Float64Array or PvKind.Float32Array => PvValue.Array(new double[size]),
            PvKind.Float64 or PvKind.Float32 => PvValue.Double(input.Range is { Low: var low, High: var high } && double.IsFinite(low) && double.IsFinite(high) ? (low + high) / 2 : 0),
            _ => default,
        };
    }

    private static string? Problem(ModelVariable output, in PvValue value)
    {
        if (value.IsNone)
            return $"output '{output.Name}' stayed empty";
        if (value.Kind.IsNumericScalar())
            return double.IsFinite(value.AsDouble()) ? null : $"output '{output.Name}' is {value.AsDouble()}";
        if (value.Kind.IsArray() && !output.Shape.IsDefaultOrEmpty && output.Shape.All(length => length > 0))
        {
            var expected = output.Shape.Aggregate(1L, (product, length) => product * length);
            if (value.AsArray().Length != expected)
                return $"output '{output.Name}' has {value.AsArray().Length} elements, its signature says {string.Join('x', output.Shape)}";
        }
        return null;
    }

    private static DeploymentException Refused(ModelInfo info, string why) =>
        new(DeploymentFault.ModelUnavailable, $"model '{info.Name}' failed its dry run on default inputs: {why}");
}
