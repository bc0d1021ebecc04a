namespace ModelManager.Pipeline;

/// <summary>Names one evaluation of one deployment, across restarts and moves.</summary>
/// <param name="Generation">Of the spec that was evaluated.</param>
/// <param name="Epoch">Of the publish lease: grows with every take-over.</param>
/// <param name="Sequence">From 1, without gaps within an epoch.</param>
public readonly record struct TickId(string Deployment, int Generation, long Epoch, long Sequence)
{
    public override string ToString() => $"{Deployment}#{Generation}.{Epoch}.{Sequence}";
}
