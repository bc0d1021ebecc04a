using System.Net;
using System.Text;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>The corpus: everything our own codec writes, in both byte orders, with and without type cache and segments.</summary>
public static class PvaSeeds
{
    private static readonly FieldDesc Inner = FieldDesc.Structure("i", ("a", FieldDesc.Of(PvaTypeCode.Int16)), ("b", FieldDesc.Of(PvaTypeCode.String)));
    private static readonly FieldDesc Choice = FieldDesc.Union("", ("n", FieldDesc.Of(PvaTypeCode.Float64)), ("i", Inner));

    /// <summary>Some of everything, small.</summary>
    internal static FieldDesc ZooType { get; } = FieldDesc.Structure("zoo",
        ("value", FieldDesc.Of(PvaTypeCode.Float64)), ("flag", FieldDesc.Of(PvaTypeCode.Boolean)), ("i", FieldDesc.Of(PvaTypeCode.Int32)), ("s", FieldDesc.Of(PvaTypeCode.String)),
        ("sub", Inner), ("bs", FieldDesc.Of(PvaTypeCode.BooleanArray)), ("ds", FieldDesc.Of(PvaTypeCode.Float64Array)), ("us", FieldDesc.Of(PvaTypeCode.UInt16Array)),
        ("ss", FieldDesc.Of(PvaTypeCode.StringArray)), ("fixed", FieldDesc.SizedArray(PvaTypeCode.Int32Array, ArraySize.Fixed, 2)),
        ("bounded", FieldDesc.SizedArray(PvaTypeCode.Int8Array, ArraySize.Bounded, 4)), ("short", FieldDesc.BoundedString(9)), ("u", Choice), ("any", FieldDesc.Of(PvaTypeCode.Any)),
        ("is", FieldDesc.ArrayOf(Inner)), ("cs", FieldDesc.ArrayOf(Choice)), ("as", FieldDesc.Of(PvaTypeCode.AnyArray)));

    internal static PvaStructure Zoo()
    {
        var inner = new PvaStructure(Inner) { ["a"] = 1, ["b"] = "x" };
        return new PvaStructure(ZooType)
        {
            ["value"] = 1.5,
            ["flag"] = true,
            ["i"] = -1,
            ["s"] = "text",
            ["sub.a"] = 2,
            ["bs"] = new[] { true },
            ["ds"] = new[] { 1.0, 2.0 },
            ["us"] = new ushort[] { 3 },
            ["ss"] = new[] { "a", "" },
            ["fixed"] = new[] { 1, 2 },
            ["bounded"] = new sbyte[] { 1 },
            ["short"] = "s",
            ["u"] = PvaVariant.Select(Choice, "i", inner.Copy()),
            ["any"] = PvaVariant.Any(Inner, inner.Copy()),
            ["is"] = new PvaStructure?[] { inner.Copy(), null },
            ["cs"] = new PvaVariant?[] { PvaVariant.Select(Choice, "n", 1.0), null },
            ["as"] = new PvaVariant?[] { PvaVariant.Any(FieldDesc.Of(PvaTypeCode.String), "s"), null },
        };
    }

    /// <summary>Structures of the normative types.</summary>
    private static IEnumerable<PvaStructure> Values()
    {
        var meta = new PvMeta { Units = "mm", Precision = 2, Display = new(-1, 1), Control = new(-1, 1), Alarm = new AlarmLimits(-2, -1, 1, 2) };
        yield return NtScalar.Double(1, meta).Value;
        yield return NtScalar.String("x").Value;
        yield return NtScalarArray.Of(new[] { 1, 2, 3 }).Value;
        yield return NtEnum.Of(1, "a", "b").Value;
        yield return NtNdArray.Of(new PvImage(new byte[] { 1, 2, 3, 4, 5, 6 }, [2, 3])).Value;
        yield return NtNdArray.Of(new PvImage(new ushort[100], [10, 10], "lz4")).Value;
        yield return NtTable.Of(("a", new[] { 1.0 }), ("b", new[] { "x" })).Value;
        yield return Zoo();
    }

    /// <summary>First byte: 1 = big-endian; then type and value.</summary>
    public static IReadOnlyList<byte[]> TypedValues { get; } = [.. Values().SelectMany(value => new[] { Typed(value, false, false), Typed(value, true, false), Typed(value, false, true) })];

    /// <summary>As <see cref="TypedValues"/>, the normative ones.</summary>
    public static IReadOnlyList<byte[]> Normative => TypedValues;

    public static IReadOnlyList<byte[]> Datagrams { get; } = [.. BuildDatagrams()];

    /// <summary>First byte: the state in which the connection is met (see <see cref="ServerConnectionTarget"/>).</summary>
    public static IReadOnlyList<byte[]> FromClient { get; } = [.. Conversations(fromClient: true)];

    /// <summary>First byte: the state in which the connection is met (see <see cref="ClientConnectionTarget"/>).</summary>
    public static IReadOnlyList<byte[]> FromServer { get; } = [.. Conversations(fromClient: false)];

    public static IReadOnlyList<byte[]> Framing => [.. FromClient.Concat(FromServer).Select(seed => seed[1..])];

    public static IReadOnlyList<byte[]> Texts { get; } =
        [.. ((string[])["field(value,alarm.severity)record[pipeline=true,queueSize=4]", "value", "host.lab:5085,3@eth0 [::1]:5075 224.0.0.1", "field()"]).Select(Encoding.UTF8.GetBytes)];

    private static byte[] Typed(PvaStructure value, bool bigEndian, bool cache)
    {
        using var writer = new WireWriter { BigEndian = bigEndian };
        writer.WriteByte(bigEndian ? (byte)1 : (byte)0);
        new ValueWriter(new TypeWriter(cache)).WriteTyped(writer, value);
        return writer.Written.ToArray();
    }

    private static IEnumerable<byte[]> BuildDatagrams()
    {
        var here = new IPEndPoint(IPAddress.Loopback, 5075);
        using var writer = new WireWriter();
        Datagram.WriteSearch(writer, new SearchRequest(1, SearchFlags.Unicast, here, ["tcp"], [new(1, "a"), new(2, "b:c")]));
        yield return writer.Written.ToArray();
        writer.Clear();
        Datagram.WriteResponse(writer, new SearchResponse(new(1, 2), 3, here, "tcp", true, [1, 2]));
        yield return writer.Written.ToArray();
        writer.Clear();
        Datagram.WriteBeacon(writer, new Beacon(new(1, 2), 0, 1, 2, here, "tcp", PvaVariant.Any(FieldDesc.Of(PvaTypeCode.String), "up")));
        yield return writer.Written.ToArray();
        writer.Clear();
        Datagram.WriteForwarded(writer, new SearchRequest(1, SearchFlags.Unicast, here, ["tcp"], [new(1, "a")]), IPAddress.Loopback, here);
        yield return writer.Written.ToArray();
    }

    // What one side of a whole conversation sends, from every state on.
    private static IEnumerable<byte[]> Conversations(bool fromClient)
    {
        foreach (var (bigEndian, cache, segment) in ((bool, bool, int)[])[(false, false, 0), (true, false, 0), (false, true, 0), (false, false, 20)])
        {
            var steps = PvaConversation.Record(fromClient, bigEndian, cache, segment);
            for (byte state = 0; state < steps.Count; state++)
                yield return [state, .. steps.Skip(state).SelectMany(step => step)];
            for (byte state = 0; state < steps.Count; state++)
                yield return [state, .. steps[state]];
        }
    }
}
