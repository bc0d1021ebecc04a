using System.Text;
using System.Text.Json;

namespace ModelManager.Formulas;

/// <summary>Evaluates JSON Lines of formulas: <c>{"id", "formula", "symbols": {name: value}}</c> in, <c>{"id", "value"}</c> or <c>{"id", "error", "stage", "message"}</c> out.</summary>
/// <remarks>What <c>model_manager formula --jsonl FILE</c> does; the answers are what a corpus checker reads.</remarks>
public static class FormulaLines
{
    /// <summary>Answers every row, in order, one line each.</summary>
    /// <returns>How many rows gave an error.</returns>
    /// <exception cref="FormatException">A line is no such row; the message says which.</exception>
    public static int Run(TextReader rows, TextWriter results)
    {
        var errors = 0;
        for (var number = 1; rows.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                results.WriteLine(Answer(line, out var failed));
                errors += failed ? 1 : 0;
            }
            catch (Exception cause) when (cause is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
            {
                throw new FormatException($"line {number}: {cause.Message} (a row is {{\"id\": ..., \"formula\": \"...\", \"symbols\": {{\"name\": value}}}})", cause);
            }
        }
        return errors;
    }

    /// <summary>Answers one row.</summary>
    public static string Answer(string row, out bool failed)
    {
        using var document = JsonDocument.Parse(row);
        var root = document.RootElement;
        var values = new List<(string, FormulaValue)>();
        if (root.TryGetProperty("symbols", out var symbols))
            foreach (var symbol in symbols.EnumerateObject())
                values.Add((symbol.Name, FormulaJson.Read(symbol.Value)));
        var outcome = FormulaOutcome.Of(root.GetProperty("formula").GetString() ?? "", values);
        failed = outcome.Error is not null;

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (root.TryGetProperty("id", out var id))
            {
                writer.WritePropertyName("id");
                id.WriteTo(writer);
            }
            if (outcome.Error is { } error)
            {
                writer.WriteString("error", error.Category);
                writer.WriteString("stage", error.Stage);
                writer.WriteString("message", error.Message);
                if (error.Suggestion.Length > 0)
                    writer.WriteString("suggestion", error.Suggestion);
            }
            else
            {
                writer.WritePropertyName("value");
                FormulaJson.Write(writer, outcome.Value);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
