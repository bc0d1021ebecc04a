namespace ModelManager.Models;

/// <summary>Rows of JSON through a model, for <c>model_manager evaluate</c>: one JSON object in per line, one out per line.</summary>
public static class ModelEvaluation
{
    /// <summary>Evaluates every row; a bad one becomes <c>{"error": text, "line": number}</c> and the others go on.</summary>
    /// <param name="rows">JSON Lines: <c>{"input": 1.5, ...}</c>, or <c>{"inputs": {...}}</c>. Arrays of one length are a batch, arrays of rows an image; <c>"nan"</c>, <c>"inf"</c>, <c>"-inf"</c>, and the bare NaN and Infinity that Python writes, are numbers; null takes the default. Blank lines are passed over.</param>
    /// <param name="results">JSON Lines: <c>{"outputs": {name: value}, "warnings": [text]}</c>.</param>
    /// <returns>How many rows failed; the process result is 1 when any did.</returns>
    public static int Run(IModel model, TextReader rows, TextWriter results, CancellationToken cancellation = default)
    {
        var row = new EvaluationRow(model.Info);
        var failed = 0;
        for (var line = 1; rows.ReadLine() is { } text; line++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(text))
                continue;
            try
            {
                row.Read(text);
                model.Evaluate(row.Inputs, row.Outputs, row.Warnings);
                results.WriteLine(row.Result());
            }
            catch (ModelException bad)
            {
                failed++;
                results.WriteLine(EvaluationRow.Error(bad.Message, line));
            }
        }
        return failed;
    }
}
