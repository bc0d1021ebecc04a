using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Values as text, so that sequences of events can be compared.</summary>
internal static class EventText
{
    public static string Of(PvaStructure? value, BitMask? mask = null)
    {
        if (value is null)
            return "null";
        using var writer = new WireWriter();
        var fields = mask ?? value.Layout.Leaves;
        fields.Write(writer);
        new ValueWriter(new TypeWriter(useCache: false)).WritePartial(writer, value, fields);
        return Convert.ToHexString(writer.Written);
    }

    public static string Of(PvaVariant? variant)
    {
        using var writer = new WireWriter();
        new ValueWriter(new TypeWriter(useCache: false)).WriteTyped(writer, variant);
        return Convert.ToHexString(writer.Written);
    }
}
