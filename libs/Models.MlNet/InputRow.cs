using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelManager.Models.MlNet;

/// <summary>The one row a caller puts values into. A pipeline keeps getters on it, so the way from values to result allocates nothing.</summary>
internal sealed class InputRow(DataViewSchema schema, InputCell?[] cells) : DataViewRow
{
    private long _position;

    public override DataViewSchema Schema => schema;
    public override long Batch => 0;

    /// <summary>Getters of the result remember what they computed for a position: it must be another for every call.</summary>
    public override long Position => _position;

    public void Advance() => _position++;

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        cells[column.Index]?.Getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"column '{column.Name}' is not of type {typeof(TValue).Name}");

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
