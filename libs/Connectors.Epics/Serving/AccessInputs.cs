using ModelManager.Connectors.Boards;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>Keeps the inputs of access rules (INPA to INPL) up to date: PVs that are served here by themselves, all others over the network. One that is INVALID, gone or no number grants nothing.</summary>
/// <remarks>asCa.c of EPICS base monitors them the same way; there too, rules with an input that is not connected are false.</remarks>
internal sealed class AccessInputs : IPvSubscriber, IAsyncDisposable
{
    private const string ValueField = ".VAL";

    private readonly AccessPolicy _policy;
    private readonly IForeignPvs _foreign;
    private readonly Dictionary<string, List<Input>> _inputs = new(StringComparer.Ordinal);
    private readonly IDisposable[] _monitors;
    private readonly BoardSubscription _own;

    /// <param name="own">PVs that are served here.</param>
    /// <param name="foreign">A client for the others; it ends with this.</param>
    public AccessInputs(AccessPolicy policy, ServedPvs own, IForeignPvs foreign)
    {
        (_policy, _foreign) = (policy, foreign);
        var inputs = policy.InputPvs.Select(pv => new Input(pv)).ToArray();
        foreach (var input in inputs)
        {
            var record = input.PvName.EndsWith(ValueField, StringComparison.Ordinal) ? input.PvName[..^ValueField.Length] : input.PvName;
            if (!_inputs.TryGetValue(record, out var same))
                _inputs.Add(record, same = []);
            same.Add(input);
        }
        _own = own.Board.Monitor([.. _inputs.Keys], this);
        _monitors = [.. inputs.Select(input => foreign.Monitor(input.PvName, update => Take(input, update, isOwn: false)))];
    }

    public void OnBatch(PvBatch batch)
    {
        foreach (var set in batch.Sets)
            foreach (var update in set.Updates)
                foreach (var input in _inputs[update.Name])
                    Take(input, update, isOwn: true);
    }

    public void OnCompleted(Exception? error)
    {
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var monitor in _monitors)
            monitor.Dispose();
        await _own.DisposeAsync().ConfigureAwait(false);
        await _foreign.DisposeAsync().ConfigureAwait(false);
    }

    private void Take(Input input, in PvUpdate update, bool isOwn)
    {
        if (update.Kind == PvUpdateKind.Connected)
            return;
        double? value = update.Kind == PvUpdateKind.Value && update.Sample.Alarm.Severity < AlarmSeverity.Invalid ? NumberOf(update.Sample.Value) : null;
        lock (input)
        {
            // What is not served here says nothing; and our own client may find what is, which is the longer way.
            if (isOwn ? update.Kind == PvUpdateKind.Disconnected && !input.IsOwn : input.IsOwn)
                return;
            if (isOwn)
                input.IsOwn = update.Kind == PvUpdateKind.Value;
            input.Last = value ?? input.Last;
            _policy.SetInput(input.PvName, input.Last, isGood: value is not null);
        }
    }

    private static double? NumberOf(in PvValue value) => value.Kind switch
    {
        _ when value.Kind.IsNumericScalar() => value.AsDouble(),
        PvKind.String when double.TryParse(value.AsString(), System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private sealed class Input(string pvName)
    {
        public string PvName { get; } = pvName;
        /// <summary>It is served here.</summary>
        public bool IsOwn;
        public double Last;
    }
}
