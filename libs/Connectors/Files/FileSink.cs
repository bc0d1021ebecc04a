using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>A data file as a sink: each put is one row. It is written beside its place as <c>name.part</c> and gets its name when it is complete.</summary>
internal sealed class FileSink(FileSettings settings, IProgress<FileProgress>? progress) : IPvSink, IAsyncDisposable
{
    private const int ReportEvery = 256;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private OpenFile? _open;

    /// <summary>A row with an INVALID result is written as such: a recorder has no old value to keep.</summary>
    public bool Serves => true;

    public async ValueTask<IAsyncDisposable> Open(IReadOnlyList<PvVariable> variables, CancellationToken cancellation)
    {
        var columns = variables.Select(v => v.PvName).Distinct(StringComparer.Ordinal).ToArray();
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_open is not null)
                throw new ConnectorException($"{settings.Where}: {settings.Path} is already being written; give each deployment a file of its own");
            return _open = new(this, columns);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException($"{settings.Where}: {settings.Path} cannot be written: {error.Message}", error);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            return _open is { } open
                ? await open.Append(values.Updates)
                : [.. values.Updates.Select(u => new PutOutcome(u.Name, $"{settings.Path} is not open, '{u.Name}' was not written"))];
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_open is { } open)
            await open.DisposeAsync();
    }

    private sealed class OpenFile : IAbandonable
    {
        private readonly FileSink _sink;
        private readonly string[] _columns;
        private readonly string _part;
        private readonly FileStream _stream;
        private readonly IRowWriter _writer;
        private readonly PvValue[] _values;
        private readonly AlarmSeverity[] _severities;
        private readonly string?[] _refusals;
        private long _rows;
        private Exception? _failure;

        public OpenFile(FileSink sink, string[] columns)
        {
            (_sink, _columns) = (sink, columns);
            var settings = sink.Settings;
            _part = settings.Path + ".part";
            _stream = new(_part, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            _writer = RowFiles.Create(settings, _stream, new(columns, settings.TimeColumn, settings.Severity));
            (_values, _severities, _refusals) = (new PvValue[columns.Length], new AlarmSeverity[columns.Length], new string?[columns.Length]);
        }

        public async ValueTask<ImmutableArray<PutOutcome>> Append(ImmutableArray<PvUpdate> updates)
        {
            // What a tick does not bring is INVALID in its row, and empty.
            Array.Clear(_values);
            Array.Clear(_refusals);
            Array.Fill(_severities, AlarmSeverity.Invalid);
            PvTime time = default;
            var places = new int[updates.Length];
            for (var i = 0; i < updates.Length; i++)
            {
                var place = places[i] = Array.IndexOf(_columns, updates[i].Name);
                if (place < 0)
                    continue;
                (_values[place], _severities[place]) = (updates[i].Sample.Value, updates[i].Sample.Alarm.Severity);
                time = updates[i].Sample.Time > time ? updates[i].Sample.Time : time;
            }
            try
            {
                if (_failure is null)
                    await _writer.Write(time, _values, _severities, _refusals);
            }
            catch (IOException error)
            {
                _failure = error;
            }
            if (_failure is not null)
                return [.. updates.Select(u => new PutOutcome(u.Name, $"{_part} cannot be written any more, '{u.Name}' is lost: {_failure.Message}"))];
            if (++_rows % ReportEvery == 0)
                _sink.Report(_rows, false);
            return [.. updates.Select((u, i) => new PutOutcome(u.Name, places[i] < 0 ? $"'{u.Name}' is no column of {_sink.Settings.Path}" : _refusals[places[i]]))];
        }

        public async ValueTask DisposeAsync()
        {
            if (!await Leave())
                return;
            if (_failure is not null)
            {
                await _stream.DisposeAsync();
                throw new ConnectorException($"{_sink.Settings.Where}: {_part} is not complete: {_failure.Message}", _failure);
            }
            await Finish();
            File.Move(_part, _sink.Settings.Path, overwrite: true);
            _sink.Report(_rows, true);
        }

        public async ValueTask Abandon()
        {
            if (!await Leave())
                return;
            if (_rows == 0 || _failure is not null)
                await _stream.DisposeAsync();
            else
                // Readable in its format, so that the rows are not lost; only the name says that there should be more.
                await Finish();
            if (_rows == 0)
                File.Delete(_part);
            _sink.Report(_rows, false);
        }

        private async Task Finish()
        {
            await _writer.Finish();
            await _stream.FlushAsync();
            _stream.Flush(flushToDisk: true);
            await _writer.DisposeAsync();
            await _stream.DisposeAsync();
        }

        private async ValueTask<bool> Leave()
        {
            await _sink._turn.WaitAsync();
            try
            {
                if (_sink._open != this)
                    return false;
                _sink._open = null;
                return true;
            }
            finally
            {
                _sink._turn.Release();
            }
        }
    }

    private FileSettings Settings => settings;

    private void Report(long rows, bool done) => progress?.Report(new(settings.Path, rows, null, null, done, IsOutput: true));
}
