namespace ModelManager.Fuzz.PvAccess;

/// <summary>One static method over a span, and what to mutate. It returns quietly for whatever it accepts or refuses, and throws for a fault of ours.</summary>
public sealed record PvaTarget(string Name, PvaTarget.Body Run, IReadOnlyList<byte[]> Seeds)
{
    public delegate void Body(ReadOnlySpan<byte> data);
}

public static class PvaTargets
{
    public static IReadOnlyList<PvaTarget> All { get; } =
    [
        new("framing", FramingTarget.Run, PvaSeeds.Framing),
        new("typed value", TypedValueTarget.Run, PvaSeeds.TypedValues),
        new("datagram", DatagramTarget.Run, PvaSeeds.Datagrams),
        new("server connection", ServerConnectionTarget.Run, PvaSeeds.FromClient),
        new("client connection", ClientConnectionTarget.Run, PvaSeeds.FromServer),
        new("normative value", NormativeTarget.Run, PvaSeeds.Normative),
        new("text", TextTarget.Run, PvaSeeds.Texts),
    ];

    /// <summary>The seeds as they are, then mutations of them.</summary>
    /// <returns>The failure with the bytes that caused it; null when there was none.</returns>
    public static string? Run(PvaTarget target, long executions, int seed)
    {
        var mutator = new PvaMutator(seed);
        for (long i = 0; i < executions; i++)
        {
            var data = i < target.Seeds.Count ? target.Seeds[(int)i] : mutator.Next(target.Seeds);
            try
            {
                target.Run(data);
            }
            catch (Exception problem)
            {
                return $"{target.Name}, seed {seed}, execution {i}: {Convert.ToHexString(data)}\n{problem}";
            }
        }
        return null;
    }
}
