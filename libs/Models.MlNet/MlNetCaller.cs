using Microsoft.ML;
using ModelManager.Values;

namespace ModelManager.Models.MlNet;

/// <summary>One caller's row, from its cells through the pipeline to the cells of the result. Not for two threads at a time.</summary>
internal sealed class MlNetCaller
{
    private readonly ITransformer _model;
    private readonly InputRow _row;
    private readonly InputCell?[] _cells;
    private readonly int[] _inputs;
    private readonly string[] _outputs;
    private readonly OutputCell[]? _results;

    /// <param name="inputs">Columns of the schema that are set, in the order of the model's inputs.</param>
    /// <param name="byCursor">The pipeline, or the test, wants the slow way.</param>
    public MlNetCaller(ITransformer model, DataViewSchema schema, int[] inputs, string[] outputs, bool byCursor)
    {
        _model = model;
        _inputs = inputs;
        _outputs = outputs;
        _cells = [.. schema.Select(column => InputCell.Create(column.Type))];
        _row = new InputRow(schema, _cells);
        if (byCursor || !model.IsRowToRowMapper)
            return;
        var mapper = model.GetRowToRowMapper(schema);
        var wanted = outputs.Select(name => mapper.OutputSchema[name]).ToArray();
        var mapped = mapper.GetRow(_row, wanted);
        _results = [.. wanted.Select(column => OutputCell.Of(mapped, column))];
    }

    public bool Set(int input, in PvValue value) => _cells[_inputs[input]]!.Set(value);

    public void Run(Span<PvValue> outputs)
    {
        _row.Advance();
        if (_results is null)
        {
            RunByCursor(outputs);
            return;
        }
        for (var i = 0; i < _results.Length; i++)
            outputs[i] = _results[i].Read();
    }

    private void RunByCursor(Span<PvValue> outputs)
    {
        var view = _model.Transform(new OneRowView(_row));
        var columns = _outputs.Select(name => view.Schema[name]).ToArray();
        using var cursor = view.GetRowCursor(columns);
        var results = columns.Select(column => OutputCell.Of(cursor, column)).ToArray();
        if (!cursor.MoveNext())
            throw new ModelException("the pipeline gives no row for this input (it filters rows)");
        for (var i = 0; i < results.Length; i++)
            outputs[i] = results[i].Read();
    }
}
