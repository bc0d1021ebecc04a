using System.Text;
using System.Text.Json;

namespace ModelManager.Formulas;

/// <summary>Evaluates JSON Lines of formulas: <c>{"id", "formula", "symbols": {name: value}}</c> in, <c>{"id", "value"}</c> or <c>{"id", "error", "stage", "message"}</c> out.</summary>
/// <remarks>
/// What <c>model_manager formula --jsonl FILE</c> does; the answers are what a corpus checker reads. One answer for every line that is not blank, in order:
/// a line that is no row gets one too (stage <c>row</c>), and the lines after it are read.
/// </remarks>
public static class FormulaLines
{
    private const string Shape = """a row is {"id": ..., "formula": "...", "symbols": {"name": value}}""";

    /// <summary>Answers every row, in order, one line each; holds one row at a time.</summary>
    public static FormulaLinesCount Run(TextReader rows, TextWriter results, CancellationToken cancellation = default)
    {
        int count = 0, errors = 0, broken = 0;
        for (var number = 1; !cancellation.IsCancellationRequested && rows.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var answer = Answer(line, out var error, number);
            results.WriteLine(answer);
            count++;
            errors += error is null ? 0 : 1;
            broken += error is { Stage: "row" } ? 1 : 0;
        }
        return new(count, errors, broken);
    }

    /// <summary>Answers one row.</summary>
    /// <param name="row">The line.</param>
    /// <param name="error">What went wrong, or null.</param>
    /// <param name="number">Where the line stands in its file, from 1.</param>
    public static string Answer(string row, out FormulaError? error, int number = 1)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(row);
        }
        catch (JsonException cause)
        {
            error = Broken(number, cause.BytePositionInLine is { } at ? $"no JSON from byte {at + 1} on" : "no JSON");
            return Written(null, double.NaN, error);
        }
        using (document)
        {
            var outcome = Evaluate(document.RootElement, number, out var id);
            error = outcome.Error;
            return Written(id, outcome.Value, error);
        }
    }

    /// <summary>The outcome as the JSON object of an answer, without an id.</summary>
    public static string Written(FormulaOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return Written(null, outcome.Value, outcome.Error);
    }

    private static FormulaOutcome Evaluate(JsonElement row, int number, out JsonElement? id)
    {
        id = null;
        if (row.ValueKind != JsonValueKind.Object)
            return new(double.NaN, Broken(number, $"expected an object, found {row.ValueKind}"));
        id = row.TryGetProperty("id", out var given) ? given : null;
        try
        {
            if (!row.TryGetProperty("formula", out var formula) || formula.ValueKind != JsonValueKind.String)
                return new(double.NaN, Broken(number, formula.ValueKind == JsonValueKind.Undefined ? "no 'formula'" : $"'formula' must be text, found {formula.ValueKind}"));
            var text = formula.GetString()!;
            var values = new List<(string, FormulaValue)>();
            if (row.TryGetProperty("symbols", out var symbols))
            {
                if (symbols.ValueKind != JsonValueKind.Object)
                    return new(double.NaN, Broken(number, $"'symbols' must be an object of names and values, found {symbols.ValueKind}"));
                foreach (var symbol in symbols.EnumerateObject())
                {
                    try
                    {
                        values.Add((symbol.Name, FormulaJson.Read(symbol.Value)));
                    }
                    catch (FormatException cause)
                    {
                        return new(double.NaN, new("type", "eval", $"Formula '{text}': the value of '{symbol.Name}' is no number: {cause.Message}", -1, "a value is a number, \"nan\", \"inf\", \"-inf\" or a rectangular list of these"));
                    }
                }
            }
            return FormulaOutcome.Of(text, values);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: legal JSON, but no text.
            return new(double.NaN, Broken(number, "a text with half a surrogate pair"));
        }
    }

    private static FormulaError Broken(int number, string what) => new("row", "row", $"line {number}: {what} ({Shape})", -1, "");

    private static string Written(JsonElement? id, in FormulaValue value, FormulaError? error)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (id is { } given)
            {
                writer.WritePropertyName("id");
                given.WriteTo(writer);
            }
            if (error is not null)
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
                FormulaJson.Write(writer, value);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

/// <summary>What a run over JSON Lines met.</summary>
/// <param name="Rows">Lines answered.</param>
/// <param name="Errors">Answers that are errors, broken rows among them.</param>
/// <param name="Broken">Lines that were no row.</param>
public readonly record struct FormulaLinesCount(int Rows, int Errors, int Broken);
