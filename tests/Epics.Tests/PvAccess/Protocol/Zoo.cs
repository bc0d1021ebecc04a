using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>A structure with a field of every type, and values that show every corner: nulls, empties, extremes.</summary>
internal static class Zoo
{
    private static readonly FieldDesc Inner = FieldDesc.Structure("inner_t", ("a", FieldDesc.Of(PvaTypeCode.Int16)), ("b", FieldDesc.Of(PvaTypeCode.String)));
    private static readonly FieldDesc Choice = FieldDesc.Union("choice_t", ("number", FieldDesc.Of(PvaTypeCode.Float64)), ("text", FieldDesc.Of(PvaTypeCode.String)), ("inner", Inner));

    private static readonly PvaTypeCode[] Scalars =
    [
        PvaTypeCode.Boolean, PvaTypeCode.Int8, PvaTypeCode.Int16, PvaTypeCode.Int32, PvaTypeCode.Int64, PvaTypeCode.UInt8, PvaTypeCode.UInt16, PvaTypeCode.UInt32, PvaTypeCode.UInt64,
        PvaTypeCode.Float32, PvaTypeCode.Float64, PvaTypeCode.String,
    ];

    public static FieldDesc Type { get; } = FieldDesc.Structure("zoo_t",
    [
        ("value", FieldDesc.Of(PvaTypeCode.Float64)),
        .. Scalars.Select(code => (code.Text(), FieldDesc.Of(code))),
        .. Scalars.Select(code => (code.Text() + "s", FieldDesc.Of(code.ArrayOf()))),
        ("sub", FieldDesc.Structure("", ("x", FieldDesc.Of(PvaTypeCode.Float64)), ("deeper", Inner))),
        ("fixed", FieldDesc.SizedArray(PvaTypeCode.Int32Array, ArraySize.Fixed, 3)),
        ("bounded", FieldDesc.SizedArray(PvaTypeCode.Float64Array, ArraySize.Bounded, 5)),
        ("short text", FieldDesc.BoundedString(20)),
        ("union", Choice), ("emptyUnion", Choice), ("any", FieldDesc.Of(PvaTypeCode.Any)), ("emptyAny", FieldDesc.Of(PvaTypeCode.Any)), ("anyArray", FieldDesc.Of(PvaTypeCode.Any)),
        ("structures", FieldDesc.ArrayOf(Inner)), ("unions", FieldDesc.ArrayOf(Choice)), ("anys", FieldDesc.ArrayOf(FieldDesc.Of(PvaTypeCode.Any))),
    ]);

    public static PvaStructure Value()
    {
        var inner = new PvaStructure(Inner) { ["a"] = -5, ["b"] = "grüße" };
        return new PvaStructure(Type)
        {
            ["value"] = 1.5,
            ["boolean"] = true,
            ["byte"] = -8,
            ["short"] = short.MinValue,
            ["int"] = int.MaxValue,
            ["long"] = long.MinValue,
            ["ubyte"] = 255,
            ["ushort"] = 65535,
            ["uint"] = uint.MaxValue,
            ["ulong"] = ulong.MaxValue,
            ["float"] = 0.1f,
            ["double"] = double.NaN,
            ["string"] = new string('x', 300),
            ["booleans"] = new[] { true, false },
            ["bytes"] = new sbyte[] { -1 },
            ["shorts"] = new short[] { 1, -2 },
            ["ints"] = new[] { 3 },
            ["longs"] = new[] { long.MaxValue },
            ["ubytes"] = new byte[] { 1, 2, 3 },
            ["ushorts"] = new ushort[] { 9 },
            ["uints"] = new uint[] { 8 },
            ["ulongs"] = new ulong[] { 7 },
            ["floats"] = new[] { 1.5f },
            ["doubles"] = Enumerable.Range(0, 1000).Select(i => i / 7.0).ToArray(),
            ["strings"] = new[] { "", "b" },
            ["sub.x"] = -2.5,
            ["sub.deeper.a"] = 7,
            ["sub.deeper.b"] = "deep",
            ["fixed"] = new[] { 1, 2, 3 },
            ["bounded"] = new[] { 1.0, 2.0 },
            ["short text"] = "short",
            ["union"] = PvaVariant.Select(Choice, "inner", inner.Copy()),
            ["any"] = PvaVariant.Any(Inner, inner.Copy()),
            ["anyArray"] = PvaVariant.Any(FieldDesc.Of(PvaTypeCode.Int16Array), new short[] { 4, 5 }),
            ["structures"] = new PvaStructure?[] { inner.Copy(), null, new(Inner) },
            ["unions"] = new PvaVariant?[] { PvaVariant.Select(Choice, "text", "t"), null, PvaVariant.Select(Choice, "number", 2.0) },
            ["anys"] = new PvaVariant?[] { PvaVariant.Any(FieldDesc.Of(PvaTypeCode.String), "s"), null, PvaVariant.Any(Inner, inner.Copy()) },
        };
    }
}
