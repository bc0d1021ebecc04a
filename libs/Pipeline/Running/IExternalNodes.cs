using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Evaluates the transformers that have <c>own_grain: true</c>. The engine waits for the answer within the tick.</summary>
public interface IExternalNodes
{
    /// <summary>Evaluates one node for one tick; the other side uses a <see cref="NodeEvaluator"/>, so that the result equals a fused one.</summary>
    /// <param name="node">The key of the module.</param>
    /// <param name="inputs">In the order of the transformer's inputs; a sample without value and alarm has not arrived yet. Not changed by anybody.</param>
    /// <returns>In the order of the transformer's outputs; a sample without value and alarm is not emitted.</returns>
    ValueTask<PvSample[]> Evaluate(string node, TickId tick, PvSample[] inputs, CancellationToken cancellation);
}
