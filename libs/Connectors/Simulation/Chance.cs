namespace ModelManager.Connectors.Simulation;

/// <summary>Random numbers that depend on a seed, a name and a count only: the same run after run, whatever the order of the PVs or the threads.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014) as a counter-based generator.</remarks>
internal readonly struct Chance(long seed, string name)
{
    private readonly ulong _stream = Mix((ulong)seed) ^ Fnv1a(name);

    /// <summary>Even over [0, 1).</summary>
    public double Even(long count) => (Mix(_stream + (ulong)count * 0x9E3779B97F4A7C15) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normal with mean 0 and standard deviation 1 (Box-Muller).</summary>
    public double Normal(long count)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Even(count * 2)));
        return radius * Math.Cos(2 * Math.PI * Even(count * 2 + 1));
    }

    /// <summary>The state of a stream of cheap numbers, for pictures.</summary>
    public ulong Stream(long count) => Mix(_stream ^ Mix((ulong)count));

    public static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    private static ulong Fnv1a(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in text)
            hash = (hash ^ c) * 0x100000001B3;
        return hash;
    }
}
