namespace ModelManager.Values.Tests.Wire;

/// <summary>Batches of everything there is, and their comparison down to the last bit.</summary>
internal static class Batches
{
    private static readonly string?[] Texts = ["", "a", "SOLN:IN20:121:BACT", "µ°", "\ud800 alone", null];

    public static PvBatch Random(Random random)
    {
        var names = Enumerable.Range(0, random.Next(1, 6)).Select(i => $"PV:{i}").ToArray();
        var inTurn = random.Next(2) == 0;
        var metas = Enumerable.Range(0, 3).Select(_ => Meta(random)).ToArray();
        var sets = Enumerable.Range(0, random.Next(1, 6)).Select(s =>
        {
            var time = Time(random);
            var updates = Enumerable.Range(0, inTurn ? names.Length : random.Next(0, 5)).Select(i => new PvUpdate(
                inTurn ? names[i] : names[random.Next(names.Length)],
                new(Value(random), random.Next(3) > 0 ? default : AnyAlarm(random), inTurn ? time : Time(random), random.Next(2) * random.NextInt64(), random.Next(4) > 0 ? null : metas[random.Next(3)]),
                random.Next(4) > 0 ? PvUpdateKind.Value : (PvUpdateKind)random.Next(1, 3)));
            return new UpdateSet(random.NextInt64(long.MinValue, long.MaxValue), [.. updates]);
        });
        return new(Texts[random.Next(5)]!, [.. sets]);
    }

    public static void AssertSame(PvBatch expected, PvBatch found)
    {
        Assert.Equal(expected.Source, found.Source);
        Assert.Equal(expected.Sets.Select(s => (s.Id, s.Updates.Length)), found.Sets.Select(s => (s.Id, s.Updates.Length)));
        foreach (var (left, right) in expected.Sets.SelectMany(s => s.Updates).Zip(found.Sets.SelectMany(s => s.Updates)))
        {
            Assert.Equal(left with { Sample = left.Sample with { Meta = null } }, right with { Sample = right.Sample with { Meta = null } });
            AssertSameMeta(left.Sample.Meta, right.Sample.Meta);
            if (left.Sample.Value.Kind == PvKind.Image)
                Assert.Equal(left.Sample.Value.AsImage().UniqueId, right.Sample.Value.AsImage().UniqueId);
        }
    }

    private static void AssertSameMeta(PvMeta? left, PvMeta? right)
    {
        Assert.Equal(left?.Choices, right?.Choices);
        Assert.Equal(left is null ? null : left with { Choices = [] }, right is null ? null : right with { Choices = [] });
    }

    private static PvValue Value(Random random)
    {
        var kind = random.Next(27);
        return kind switch
        {
            0 => default,
            1 => PvValue.Boolean(random.Next(2) == 0),
            >= 2 and <= 9 => PvValue.Integer((PvKind)kind, random.NextInt64(long.MinValue, long.MaxValue)),
            10 => PvValue.Single(BitConverter.Int32BitsToSingle(random.Next())),
            11 => PvValue.Double(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
            12 => PvValue.String(Texts[random.Next(Texts.Length)]!),
            13 => PvValue.Enum(random.Next(-1, 16)),
            26 => PvValue.Image(new(Pixels(random, random.Next(1, 11)), [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next())], Texts[random.Next(5)]!, random.Next(int.MinValue, int.MaxValue))),
            _ => PvValue.Array(Pixels(random, kind - 14)),
        };
    }

    private static Array Pixels(Random random, int kind)
    {
        var length = random.Next(5);
        return kind switch
        {
            0 => Make(length, () => random.Next(2) == 0),
            1 => Make(length, () => (sbyte)random.Next(256)),
            2 => Make(length, () => (byte)random.Next(256)),
            3 => Make(length, () => (short)random.Next()),
            4 => Make(length, () => (ushort)random.Next()),
            5 => Make(length, () => random.Next(int.MinValue, int.MaxValue)),
            6 => Make(length, () => (uint)random.Next(int.MinValue, int.MaxValue)),
            7 => Make(length, () => random.NextInt64(long.MinValue, long.MaxValue)),
            8 => Make(length, () => (ulong)random.NextInt64(long.MinValue, long.MaxValue)),
            9 => Make(length, () => random.NextSingle()),
            10 => Make(length, random.NextDouble),
            _ => Make(length, () => Texts[random.Next(Texts.Length)]!),
        };
    }

    private static T[] Make<T>(int length, Func<T> next)
    {
        var array = new T[length];
        for (var i = 0; i < length; i++)
            array[i] = next();
        return array;
    }

    private static PvTime Time(Random random) => random.Next(5) == 0
        ? new(random.NextInt64(long.MinValue, long.MaxValue), random.Next(int.MinValue, int.MaxValue), random.Next(int.MinValue, int.MaxValue))
        : new(1_700_000_000 + random.Next(100), random.Next(1_000_000_000), random.Next(100));

    private static Alarm AnyAlarm(Random random) => new((AlarmSeverity)random.Next(4), (AlarmStatus)random.Next(22), Texts[random.Next(Texts.Length)]);

    private static PvMeta Meta(Random random) => new()
    {
        Kind = (PvKind)random.Next(14),
        Units = Texts[random.Next(5)]!,
        Precision = random.Next(-1, 10),
        Description = Texts[random.Next(5)]!,
        Display = new(random.NextDouble(), random.NextDouble()),
        Control = new(random.NextDouble(), 1),
        MinStep = random.NextDouble(),
        Version = random.Next(),
        Choices = [.. Texts.Take(random.Next(5)).Select(t => t!)],
        Alarm = random.Next(2) == 0 ? null : new(1, 2, 3, 4, (AlarmSeverity)random.Next(4), (AlarmSeverity)random.Next(4), (AlarmSeverity)random.Next(4), (AlarmSeverity)random.Next(4), 0.5, random.Next(2) == 0),
    };
}
