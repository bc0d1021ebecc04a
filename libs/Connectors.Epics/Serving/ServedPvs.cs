using System.Collections.Immutable;
using ModelManager.Connectors.Boards;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs of this process that clients outside see: one board, shown under one or more protocols. Modules with the same settings share it.</summary>
/// <remarks>Thread-safe. One lock orders what is posted, so that the protocols and the deployments see the same sequence.</remarks>
internal sealed class ServedPvs(string name, IReadOnlyList<IServedFace> faces, EpicsServices services) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    // For the status PVs: what this process serves.
    private readonly IDisposable _registration = services.Register(faces);
    private AccessInputs? _inputs;

    public PvBoard Board { get; } = new(name, services.Clock);

    public IReadOnlyList<IServedFace> Faces => faces;

    /// <summary>Serves PVs, or keeps those alive once more that are served already (they keep type and value).</summary>
    /// <exception cref="ConnectorException">A name cannot be served.</exception>
    public void Host(IReadOnlyList<PvHosting> variables)
    {
        lock (_gate)
        {
            var hosted = new List<string>();
            foreach (var hosting in variables)
            {
                var variable = hosting.Variable;
                if (_entries.TryGetValue(variable.Name, out var entry))
                {
                    entry.Users++;
                    entry.IsWritable |= hosting.Role.IsWritable();
                    Board.Host([new(variable.Name, default)]);
                    hosted.Add(variable.Name);
                    continue;
                }
                try
                {
                    Add(hosting);
                    hosted.Add(variable.Name);
                }
                catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
                {
                    Unhost(hosted);
                    throw new ConnectorException($"{variable.Variable.Where}: PV '{variable.Name}' cannot be served: {problem.Message}", problem);
                }
            }
        }
    }

    /// <summary>Undoes one <see cref="Host"/>.</summary>
    public void Unhost(IReadOnlyList<string> pvNames)
    {
        lock (_gate)
        {
            foreach (var pv in pvNames)
            {
                if (!_entries.TryGetValue(pv, out var entry) || --entry.Users > 0)
                    continue;
                _entries.Remove(pv);
                foreach (var face in entry.Names)
                    face.Dispose();
            }
            Board.Unhost(pvNames, "nobody serves it any more");
        }
    }

    /// <summary>Results of a deployment. The outcome of each, in order.</summary>
    public ImmutableArray<PutOutcome> Put(ImmutableArray<PvUpdate> values)
    {
        lock (_gate)
        {
            var outcomes = new PutOutcome[values.Length];
            var posted = ImmutableArray.CreateBuilder<PvUpdate>(values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                var update = values[i];
                outcomes[i] = new(update.Name, _entries.TryGetValue(update.Name, out var entry)
                    ? Post(entry, ref update)
                    : $"PV '{update.Name}' is not served here; declare it under variables, or open it for writing first");
                if (outcomes[i].Succeeded)
                    posted.Add(update);
            }
            if (posted.Count > 0)
                Board.Put(posted.DrainToImmutable());
            return ImmutableArray.Create(outcomes);
        }
    }

    /// <summary>Keeps the inputs of access rules up to date while this lives; nothing where no rule has any.</summary>
    public ServedPvs Following(AccessPolicy? policy, Func<IForeignPvs> client)
    {
        if (policy is { InputPvs.Count: > 0 })
            _inputs = new(policy, this, client());
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_inputs is not null)
            await _inputs.DisposeAsync().ConfigureAwait(false);
        _registration.Dispose();
        foreach (var face in faces)
            await face.DisposeAsync().ConfigureAwait(false);
    }

    private void Add(PvHosting hosting)
    {
        var variable = hosting.Variable;
        var initial = variable.Initial(hosting.HasDefault, PvTime.From(services.Clock.GetUtcNow()));
        var entry = new Entry(variable) { Forward = hosting.Forward, IsWritable = hosting.Role.IsWritable(), Last = initial.Sample.Value };
        try
        {
            foreach (var face in faces)
                entry.Names.Add(face.Serve(variable, initial.Sample, hosting.Role, put => TakePut(entry, put)));
        }
        catch
        {
            foreach (var served in entry.Names)
                served.Dispose();
            throw;
        }
        _entries.Add(variable.Name, entry);
        Board.Host([initial]);
    }

    private string? Post(Entry entry, ref PvUpdate update)
    {
        try
        {
            var value = entry.Variable.Fit(update.Sample.Value);
            var time = update.Sample.Time.IsSet ? update.Sample.Time : PvTime.From(services.Clock.GetUtcNow(), update.Sample.Time.UserTag);
            // A result that could not be computed leaves the last value standing, INVALID.
            update = update with { Sample = update.Sample with { Value = value, Time = time } };
            foreach (var name in entry.Names)
                name.Post(update.Sample);
            if (!value.IsNone)
                entry.Last = value;
            return null;
        }
        catch (ArgumentException misfit)
        {
            return misfit.Message;
        }
    }

    private string? TakePut(Entry entry, in PutFromOutside put)
    {
        var variable = entry.Variable;
        lock (_gate)
        {
            if (!entry.IsWritable)
                return $"'{variable.Name}' is an output of a model and read-only (mode: out)";
            if (!_entries.ContainsKey(variable.Name))
                return $"'{variable.Name}' is no longer served";
            PvSample sample;
            try
            {
                var value = put.Value.IsNone ? entry.Last : variable.Fit(put.Value);
                var time = put.Time.IsSet ? put.Time : PvTime.From(services.Clock.GetUtcNow(), put.Time.UserTag);
                sample = variable.Limited(new PvSample(value, put.Alarm ?? Alarm.None, time), put.Alarm is not null);
                if (entry.Forward?.Invoke(new(variable.Name, sample)) is { } refusal)
                    return refusal;
                foreach (var name in entry.Names)
                    name.Post(sample);
                entry.Last = value;
            }
            catch (ArgumentException misfit)
            {
                return misfit.Message;
            }
            Board.Put([new(variable.Name, sample)]);
            return null;
        }
    }

    private sealed class Entry(ServedVariable variable)
    {
        public ServedVariable Variable { get; } = variable;
        public List<IServedName> Names { get; } = [];
        public Func<PvUpdate, string?>? Forward { get; init; }
        public int Users = 1;
        public bool IsWritable;
        public PvValue Last;
    }
}

/// <summary>A PV to be served.</summary>
/// <param name="HasDefault">It starts with its default, where it has one.</param>
/// <param name="Forward">The owner of the PV, who is told of a put before it is posted; returns a refusal or null. It may bring something else afterwards.</param>
internal sealed record PvHosting(ServedVariable Variable, PvRole Role, bool HasDefault = false, Func<PvUpdate, string?>? Forward = null);
