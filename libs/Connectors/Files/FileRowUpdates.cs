using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>Makes the update set of a row: one update per PV, in the order of the subscription; what is missing or no number is INVALID, never left out.</summary>
internal sealed class FileRowUpdates
{
    private const int CellsPerPv = 2;

    private readonly IReadOnlyList<string> _pvNames;
    private readonly bool[] _isText;
    private readonly PvMeta?[] _meta;
    private readonly FileSettings _settings;
    private readonly TimeProvider _clock;
    private bool[]? _isGone;

    public FileRowUpdates(IReadOnlyList<string> pvNames, IReadOnlyDictionary<string, PvVariable> variables, FileSettings settings, TimeProvider clock)
    {
        (_pvNames, _settings, _clock) = (pvNames, settings, clock);
        var known = pvNames.Select(variables.GetValueOrDefault).ToArray();
        _isText = [.. known.Select(v => v?.Default.Kind == PvKind.String)];
        _meta = [.. known.Select(v => v is null ? null : Boards.HostedPv.MetaOf(v))];
        Wanted = [.. pvNames.SelectMany(pv => new[] { pv, pv + FileSettings.SeveritySuffix }), .. settings.TimeColumn is { } time ? [time] : Array.Empty<string>()];
        Cells = new Cell[Wanted.Count];
    }

    /// <summary>The columns to read: each PV and its severity, then the time.</summary>
    public IReadOnlyList<string> Wanted { get; }

    public Cell[] Cells { get; }

    /// <summary>The set of the row that is in <see cref="Cells"/>.</summary>
    /// <param name="row">Counts from 1, on and on where the file repeats.</param>
    public UpdateSet SetOf(long row, IRowReader reader)
    {
        _isGone ??= [.. _pvNames.Select(pv => !reader.Columns.Contains(pv, StringComparer.Ordinal))];
        var isFirst = row == 1;
        var time = TimeOf(row, reader);
        var received = _clock.GetTimestamp();
        var updates = new List<PvUpdate>(_pvNames.Count);
        for (var i = 0; i < _pvNames.Count; i++)
        {
            var cell = Cells[i * CellsPerPv];
            if (_isGone[i] && cell == Cell.Empty)
            {
                if (isFirst)
                    updates.Add(PvUpdate.Disconnect(_pvNames[i], Missing(_pvNames[i], reader), time, received));
                continue;
            }
            var sample = new PvSample(cell.Value, AlarmOf(i, cell, reader), time, received, isFirst || _isGone[i] ? _meta[i] : null);
            if (_isGone[i])
                updates.Add(new(_pvNames[i], sample, PvUpdateKind.Connected));
            _isGone[i] = false;
            updates.Add(new(_pvNames[i], sample));
        }
        return new(row, [.. updates]);
    }

    public static string Missing(string pvName, IRowReader reader) =>
        $"{reader.Position}: there is no column '{pvName}'; the columns are {string.Join(", ", reader.Columns.Take(20))}{(reader.Columns.Count > 20 ? ", ..." : "")}";

    private Alarm AlarmOf(int index, in Cell cell, IRowReader reader)
    {
        string Here(string what) => $"{reader.Position}: column '{_pvNames[index]}' {what}";
        if (cell.Problem is { } problem)
            return Alarm.Invalid(AlarmStatus.Read, Here($"holds {problem}"));
        var severity = CellText.Severity(Cells[index * CellsPerPv + 1].Value);
        if (cell.Value.IsNone)
            return Alarm.Invalid(AlarmStatus.Udf, Here("is empty"));
        if (cell.Value.Kind == PvKind.String && !_isText[index])
            return Alarm.Invalid(AlarmStatus.Read, Here($"holds '{cell.Value.AsString()}', which is no number (a column of texts needs a text as default of its variable)"));
        return severity switch
        {
            null => Alarm.Invalid(AlarmStatus.Read, $"{reader.Position}: column '{_pvNames[index]}{FileSettings.SeveritySuffix}' holds '{Cells[index * CellsPerPv + 1].Value}', expected NO_ALARM, MINOR, MAJOR or INVALID"),
            AlarmSeverity.NoAlarm => Alarm.None,
            { } given => new(given, AlarmStatus.Soft, $"recorded with severity {CellText.Format(given)}"),
        };
    }

    // Without a time column stamps count rows, so that results are the same on every run.
    private PvTime TimeOf(long row, IRowReader reader)
    {
        var tag = (int)(row & int.MaxValue);
        if (_settings.TimeColumn is null)
            return new(row, 0, tag);
        return CellText.TryTime(Cells[^1].Value, tag, out var time)
            ? time
            : throw new FileDataException($"{reader.Position}: column '{_settings.TimeColumn}' holds '{Cells[^1].Value}', expected a time as ISO 8601 or seconds since 1970");
    }
}
