using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelManager.Models.MlNet;

/// <summary>An <see cref="InputRow"/> as data of one row, for pipelines that are not mappers of rows.</summary>
internal sealed class OneRowView(InputRow row) : IDataView
{
    public bool CanShuffle => false;
    public DataViewSchema Schema => row.Schema;
    public long? GetRowCount() => 1;
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(row, columnsNeeded);
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [new Cursor(row, columnsNeeded)];

    private sealed class Cursor(InputRow row, IEnumerable<DataViewSchema.Column> needed) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. needed.Select(column => column.Index)];
        private long _position = -1;

        public override DataViewSchema Schema => row.Schema;
        public override long Batch => 0;
        public override long Position => _position;
        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);
        public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();
        public override bool MoveNext() => ++_position == 0;
    }
}
