using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>One cell of a row. A problem is something the cell holds that is no value; the row goes on with an INVALID one.</summary>
internal readonly record struct Cell(PvValue Value, string? Problem = null)
{
    public static Cell Empty => default;
}

/// <summary>Reads a data file row by row, holding a bounded part of it in memory.</summary>
internal interface IRowReader : IAsyncDisposable
{
    /// <summary>All columns of the file, in its order; for JSON Lines the keys of the first row.</summary>
    IReadOnlyList<string> Columns { get; }

    long? TotalRows { get; }

    /// <summary>From 0 to 1.</summary>
    double Fraction { get; }

    /// <summary>Where the row read last stands, as <c>file:line</c> or <c>file: row n</c>.</summary>
    string Position { get; }

    /// <summary>Reads the next row; false at the end.</summary>
    /// <param name="cells">One for each column that was asked for, in that order.</param>
    /// <exception cref="FileDataException">The file is damaged here.</exception>
    ValueTask<bool> Read(Cell[] cells, CancellationToken cancellation);
}

/// <summary>Writes a data file row by row.</summary>
internal interface IRowWriter : IAsyncDisposable
{
    /// <summary>Appends a row.</summary>
    /// <param name="values">One for each column; None = empty.</param>
    /// <param name="refusals">Filled with the reason where the format cannot hold a value; the cell is left empty then.</param>
    ValueTask Write(PvTime time, PvValue[] values, AlarmSeverity[] severities, string?[] refusals);

    /// <summary>Writes what is left. Without it the file is not complete.</summary>
    ValueTask Finish();
}

/// <summary>What a writer needs to know of its file.</summary>
/// <param name="TimeColumn">Null = stamps are not written.</param>
/// <param name="Severity">A column <c>{name}.severity</c> follows each column.</param>
internal sealed record FileLayout(IReadOnlyList<string> Columns, string? TimeColumn, bool Severity);
