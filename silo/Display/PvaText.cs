using System.Globalization;
using System.Text;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Silo.Display;

/// <summary>A pvAccess structure with its values, one field a line, indented.</summary>
internal static class PvaText
{
    private const int ShownElements = 20;

    public static string Format(PvaStructure structure)
    {
        var text = new StringBuilder(structure.Type.Id.Length > 0 ? structure.Type.Id : "structure");
        Fields(text, structure, 1);
        return text.ToString();
    }

    private static void Fields(StringBuilder text, PvaStructure structure, int depth)
    {
        foreach (var name in structure.Type.Names)
        {
            text.AppendLine().Append(' ', depth * 4).Append(name);
            if (structure[name] is PvaStructure inner)
                Fields(text, inner, depth + 1);
            else
                text.Append(' ').Append(Value(structure[name]));
        }
    }

    private static string Value(object? value) => value switch
    {
        null => "(none)",
        string text => text,
        PvaStructure structure => Format(structure),
        Array array => $"[{string.Join(", ", array.Cast<object?>().Take(ShownElements).Select(Value))}{(array.Length > ShownElements ? $", ... {array.Length} elements" : "")}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
