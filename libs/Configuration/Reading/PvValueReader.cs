using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;
using ModelManager.Values;

namespace ModelManager.Configuration.Reading;

/// <summary>A value written in the file (<c>default</c>, <c>on_invalid</c>, <c>on_stop</c>), as the type of its variable wants it.</summary>
internal static class PvValueReader
{
    /// <summary>Elements of a hosted waveform that says neither its length nor its default (upstream's default).</summary>
    private const int DefaultLength = 10;

    /// <summary>The value, or none where the key is absent or wrong. Numbers become doubles, as upstream hosts them.</summary>
    public static PvValue Read(Section section, string key, PvShape shape, int? length, ImageSize? size) => section.Get(key) switch
    {
        null => default,
        var node => shape switch
        {
            PvShape.Scalar => ReadScalar(section, key, node),
            PvShape.Image => ReadImage(section, key, node, size),
            _ => ReadArray(section, key, node, length),
        },
    };

    private static PvValue ReadScalar(Section section, string key, YamlNode node)
    {
        if (node is not YamlScalar scalar)
        {
            section.Expected(key, node, "one value", "Add 'type: waveform' for a list, 'type: image' for a list of rows.");
            return default;
        }
        if (scalar.IsPlain && ScalarValues.TryNumber(scalar.Value, out var number))
            return PvValue.Double(number);
        if (scalar.IsPlain && ScalarValues.TryBoolean(scalar.Value, out var truth))
            return PvValue.Boolean(truth);
        return PvValue.String(scalar.Value);
    }

    private static PvValue ReadArray(Section section, string key, YamlNode node, int? length)
    {
        if (node is YamlScalar { IsPlain: true } scalar && ScalarValues.TryNumber(scalar.Value, out var fill))
        {
            var filled = new double[length ?? DefaultLength];
            Array.Fill(filled, fill);
            return PvValue.Array(filled);
        }
        if (node is not YamlSequence { Items.Length: > 0 } sequence)
        {
            section.Expected(key, node, "a list of numbers, or one number for all of them");
            return default;
        }
        if (length is { } expected && sequence.Items.Length != expected)
        {
            section.Findings.Error(node.Where, $"'{key}' in {section.Title} has {Words.Count(sequence.Items.Length, "element")}; 'length' says {expected}", "Make them equal, or leave 'length' out.");
            return default;
        }
        if (sequence.Items.All(i => i is YamlScalar { IsPlain: false }))
            return PvValue.Array(sequence.Items.Select(i => ((YamlScalar)i).Value).ToArray());
        return Numbers(section, key, sequence) is { } numbers ? PvValue.Array(numbers) : default;
    }

    private static PvValue ReadImage(Section section, string key, YamlNode node, ImageSize? size)
    {
        if (node is YamlScalar { IsPlain: true } scalar && ScalarValues.TryNumber(scalar.Value, out var fill))
        {
            if (size is null)
            {
                section.Expected(key, node, "a list of rows", "One number for all pixels needs 'image_size'.");
                return default;
            }
            var filled = new double[size.X * size.Y];
            Array.Fill(filled, fill);
            return PvValue.Image(new PvImage(filled, [size.Y, size.X]));
        }
        if (node is not YamlSequence { Items.Length: > 0 } rows || !rows.Items.All(r => r is YamlSequence { Items.Length: > 0 }))
        {
            section.Expected(key, node, "a list of rows, each a list of numbers");
            return default;
        }
        var columns = ((YamlSequence)rows.Items[0]).Items.Length;
        var pixels = new List<double>(columns * rows.Items.Length);
        foreach (var row in rows.Items.Cast<YamlSequence>())
        {
            if (row.Items.Length != columns)
            {
                section.Findings.Error(row.Where, $"this row of '{key}' in {section.Title} has {Words.Count(row.Items.Length, "number")}; the first has {columns}");
                return default;
            }
            if (Numbers(section, key, row) is not { } numbers)
                return default;
            pixels.AddRange(numbers);
        }
        if (size is not null && (size.X != columns || size.Y != rows.Items.Length))
        {
            section.Findings.Error(node.Where, $"'{key}' in {section.Title} has {rows.Items.Length} rows of {columns}; 'image_size' says y {size.Y} and x {size.X}", "y is the number of rows, x of columns.");
            return default;
        }
        return PvValue.Image(new PvImage(pixels.ToArray(), [rows.Items.Length, columns]));
    }

    private static double[]? Numbers(Section section, string key, YamlSequence sequence)
    {
        var numbers = new double[sequence.Items.Length];
        for (var i = 0; i < numbers.Length; i++)
            if (sequence.Items[i] is not YamlScalar { IsPlain: true } scalar || !ScalarValues.TryNumber(scalar.Value, out numbers[i]))
            {
                section.Findings.Error(sequence.Items[i].Where, $"'{key}' in {section.Title} lists {sequence.Items[i].Described}; expected numbers");
                return null;
            }
        return numbers;
    }
}
