using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Boards;
using ModelManager.Values;

namespace ModelManager.Connectors.Simulation;

/// <summary>The simulated PVs of the modules that share it, and the one timer that moves them all.</summary>
/// <remarks>
/// Pulse p belongs to the instant start + p / rate, whenever the timer really fires: stamps are exact, and a rate above what timers can do is reached by several pulses per firing.
/// A process that was stopped for longer than <see cref="LongestCatchUp"/> does not replay what it missed; those pulses never were.
/// </remarks>
internal sealed class SimulatorHub : IDisposable
{
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly SimulatorSettings _settings;
    private readonly DateTimeOffset _startUtc;
    private readonly long _startTicks;
    private readonly ITimer _timer;
    private readonly List<PvUpdate> _updates = [];
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedPv> _byName = new(StringComparer.Ordinal);
    private List<SimulatedPv> _pvs = [];
    private long _lastStep;
    private bool _ticking;

    public SimulatorHub(SimulatorSettings settings, TimeProvider clock)
    {
        (_settings, _clock) = (settings, clock);
        (_startUtc, _startTicks) = (clock.GetUtcNow(), clock.GetTimestamp());
        Board = new(settings.Hub.Length == 0 ? "simulator" : $"simulator {settings.Hub}", clock);
        _timer = clock.CreateTimer(static hub => ((SimulatorHub)hub!).Advance(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PvBoard Board { get; }

    /// <summary>Staggered, every PV has its own step; otherwise a step is a pulse of all.</summary>
    private double StepsPerSecond => _settings.Staggered ? _settings.Rate * Math.Max(1, _pvs.Count) : _settings.Rate;

    /// <summary>Adds the PVs of a module. One that is there already stays as it is.</summary>
    public void Add(IReadOnlyList<PvVariable> variables, SimulatorSettings settings)
    {
        lock (_gate)
        {
            Step();
            var news = new List<SimulatedPv>();
            foreach (var variable in variables)
            {
                _users[variable.PvName] = _users.GetValueOrDefault(variable.PvName) + 1;
                if (_users[variable.PvName] == 1)
                    news.Add(new(variable, settings.Signals.GetValueOrDefault(variable.PvName, settings.Others), settings.Seed));
            }
            _pvs = [.. _pvs, .. news];
            foreach (var pv in news)
                _byName.Add(pv.Name, pv);
            _lastStep = DueStep();
            _updates.Clear();
            var pulse = _settings.Staggered ? _lastStep / Math.Max(1, _pvs.Count) : _lastStep;
            foreach (var pv in news)
                pv.Add(_updates, pulse, pulse / _settings.Rate, StampOf(pulse / _settings.Rate, pulse), _clock.GetTimestamp());
            var first = _updates.Where(u => u.Kind != PvUpdateKind.Connected).ToList();
            Board.Host([.. first.Where(u => u.Kind == PvUpdateKind.Value).Select(u => u with { Sample = u.Sample with { Meta = _byName[u.Name].Meta } })]);
            var gone = first.Where(u => u.Kind == PvUpdateKind.Disconnected).ToList();
            Board.Host(gone);
            if (gone.Count > 0)
                Board.Publish(gone);
            if (_ticking && _settings.Staggered)
            {
                // More PVs: shorter steps.
                _ticking = false;
                Advance();
            }
        }
    }

    /// <summary>Takes the PVs of a module away again, unless another module has them too.</summary>
    public void Remove(IReadOnlyList<PvVariable> variables)
    {
        lock (_gate)
        {
            var gone = variables.Select(v => v.PvName).Where(pv => --_users[pv] == 0).ToHashSet(StringComparer.Ordinal);
            foreach (var pv in gone)
            {
                _users.Remove(pv);
                _byName.Remove(pv);
            }
            _pvs = [.. _pvs.Where(p => !gone.Contains(p.Name))];
            _lastStep = DueStep();
            Board.Unhost([.. gone], "the module that simulated it is closed");
        }
    }

    /// <summary>Writes values; a simulated PV holds what was put until <see cref="Release"/>.</summary>
    public ImmutableArray<PutOutcome> Put(ImmutableArray<PvUpdate> values)
    {
        lock (_gate)
        {
            var outcomes = Board.Put(values);
            for (var i = 0; i < values.Length; i++)
                if (outcomes[i].Succeeded && _byName.TryGetValue(values[i].Name, out var pv))
                    pv.Hold(values[i].Sample);
            return outcomes;
        }
    }

    /// <summary>Lets the signals of PVs run again that were put to.</summary>
    public void Release(IReadOnlyList<string> pvNames)
    {
        lock (_gate)
            foreach (var name in pvNames)
                if (_byName.TryGetValue(name, out var pv))
                    pv.Release();
    }

    /// <summary>Brings all PVs to this instant; starts or stops the timer with the first and last subscriber.</summary>
    public void Advance()
    {
        lock (_gate)
        {
            Step();
            var wanted = Board.Subscribers > 0;
            if (wanted == _ticking)
                return;
            _ticking = wanted;
            var period = TimeSpan.FromSeconds(1 / StepsPerSecond);
            if (period < ShortestTimer)
                period = ShortestTimer;
            if (wanted)
                _timer.Change(period, period);
            else
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private long DueStep() => (long)Math.Floor(_clock.GetElapsedTime(_startTicks).TotalSeconds * StepsPerSecond + 1e-6);

    private void Step()
    {
        var due = DueStep();
        var most = Board.Subscribers == 0 ? 1 : Math.Max(1, (long)(LongestCatchUp.TotalSeconds * StepsPerSecond));
        _lastStep = Math.Max(_lastStep, due - most);
        while (_lastStep < due)
            Pulse(++_lastStep);
    }

    private void Pulse(long step)
    {
        _updates.Clear();
        var receivedTicks = _clock.GetTimestamp();
        if (_settings.Staggered && _pvs.Count > 0)
        {
            var (pulse, seconds) = (step / _pvs.Count, step / StepsPerSecond);
            _pvs[(int)(step % _pvs.Count)].Add(_updates, pulse, seconds, StampOf(seconds, pulse), receivedTicks);
        }
        else
        {
            var seconds = step / _settings.Rate;
            var time = StampOf(seconds, step);
            foreach (var pv in _pvs)
                pv.Add(_updates, step, seconds, time, receivedTicks);
        }
        if (_updates.Count > 0)
            Board.Publish(_updates);
    }

    // Whole seconds apart from the rest: a double holds nanoseconds for days only.
    private PvTime StampOf(double seconds, long pulse)
    {
        var whole = Math.Floor(seconds);
        var start = PvTime.From(_startUtc);
        var nanoseconds = start.Nanoseconds + (int)Math.Round((seconds - whole) * 1e9);
        return new(start.Seconds + (long)whole + nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000, (int)(pulse & int.MaxValue));
    }
}
