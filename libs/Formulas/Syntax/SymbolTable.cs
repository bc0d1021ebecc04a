using System.Collections.Immutable;

namespace ModelManager.Formulas;

/// <summary>The declared names, whatever characters they have, and the rule that finds them in a text.</summary>
/// <remarks>
/// Declared names win over everything else at the start of a token; the longest that ends at a boundary is taken (formulas.md section 2).
/// </remarks>
internal sealed class SymbolTable
{
    private readonly Dictionary<char, List<int>> _byFirst = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byUnderscores = new(StringComparer.Ordinal);

    public SymbolTable(ImmutableArray<string> names)
    {
        Names = names;
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            if (name.Length == 0 || !_byName.TryAdd(name, i))
                continue;
            if (!_byFirst.TryGetValue(name[0], out var list))
                _byFirst[name[0]] = list = [];
            list.Add(i);
            var flat = name.Replace(':', '_');
            // Two names with one underscore spelling: neither may be meant by it.
            if (!_byUnderscores.TryAdd(flat, i))
                _byUnderscores[flat] = -1;
        }
        foreach (var list in _byFirst.Values)
            list.Sort((a, b) => names[b].Length.CompareTo(names[a].Length));
    }

    public ImmutableArray<string> Names { get; }

    public bool TryGet(string name, out int index) => _byName.TryGetValue(name, out index);

    /// <summary>Finds the symbol meant by upstream's spelling of a PV name with '_' for ':'.</summary>
    public bool TryGetUnderscored(string name, out int index) => _byUnderscores.TryGetValue(name, out index) && index >= 0;

    /// <summary>The longest declared name that starts at <paramref name="position"/> and ends at a boundary, or -1.</summary>
    public int LongestAt(string text, int position)
    {
        if (!_byFirst.TryGetValue(text[position], out var candidates))
            return -1;
        foreach (var index in candidates)
        {
            var name = Names[index];
            if (string.CompareOrdinal(text, position, name, 0, name.Length) != 0)
                continue;
            var end = position + name.Length;
            if (end >= text.Length || !IsWord(name[^1]) || !IsWord(text[end]))
                return index;
        }
        return -1;
    }

    public static bool IsWord(char c) => c == '_' || char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark;

    public static bool IsWordStart(char c) => c == '_' || char.IsLetter(c);
}
