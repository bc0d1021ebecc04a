using System.Text;

namespace ModelManager.Epics.PvAccess;

/// <summary>A type as pvinfo shows it: one field a line, indented.</summary>
public static class FieldDescText
{
    public static string Format(FieldDesc type)
    {
        var text = new StringBuilder();
        text.Append(Head(type)).Append('\n');
        Members(text, type, 1);
        return text.ToString();
    }

    private static string Head(FieldDesc type)
    {
        var shown = type.ElementType ?? type;
        return shown.Id.Length > 0 ? shown.Id + (type.ElementType is null ? "" : "[]") : type.Code.Text();
    }

    private static void Members(StringBuilder text, FieldDesc type, int depth)
    {
        var shown = type.ElementType ?? type;
        for (var i = 0; i < shown.Members.Length; i++)
        {
            text.Append(' ', depth * 4).Append(Head(shown.Members[i])).Append(' ').Append(shown.Names[i]).Append('\n');
            Members(text, shown.Members[i], depth + 1);
        }
    }
}
