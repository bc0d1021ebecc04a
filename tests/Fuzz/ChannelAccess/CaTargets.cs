namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>One static method over a span, and what to mutate. It returns quietly for whatever it accepts or refuses, and throws for a fault of ours.</summary>
public sealed record CaTarget(string Name, CaTarget.Body Run, IReadOnlyList<byte[]> Seeds)
{
    public delegate void Body(ReadOnlySpan<byte> data);
}

public static class CaTargets
{
    public static IReadOnlyList<CaTarget> All { get; } =
    [
        new("ca message", CaMessageTarget.Run, [.. CaSeeds.Requests, .. CaSeeds.Replies]),
        new("ca payload", DbrTarget.Run, [.. CaSeeds.Replies.Where(r => r.Length > 20).Select(r => (byte[])[(byte)(r[5] % 45), 1, 0, 0, .. r[16..]])]),
        new("ca server circuit", ServerCircuitTarget.Run, [.. Enumerable.Range(0, 4).SelectMany(state => CaSeeds.Requests.Select(r => (byte[])[(byte)state, .. r]))]),
        new("ca client circuit", ClientCircuitTarget.Run, CaSeeds.Replies),
        new("ca datagram", SearchTarget.Run, CaSeeds.Datagrams),
        new("access file", AccessFileTarget.Run, AccessFileTarget.Seeds),
    ];

    /// <summary>The seeds as they are, then mutations of them.</summary>
    /// <returns>The failure with the bytes that caused it; null when there was none.</returns>
    public static string? Run(CaTarget target, long executions, int seed)
    {
        var mutator = new CaMutator(seed);
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
