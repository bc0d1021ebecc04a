using System.Collections.Immutable;
using ModelManager.Connectors.Boards;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs of this process that clients outside see: one board, shown under one or more protocols. Modules with the same settings share it.</summary>
/// <remarks>Thread-safe. One lock orders what is posted, so that the protocols and the deployments see the same sequence.</remarks>
internal sealed class ServedPvs : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly EpicsServices _services;
    private readonly AccessInputs? _inputs;

    /// <param name="policy">What the protocols ask who may read and write; null = everybody.</param>
    /// <param name="inputs">Keeps the inputs of its rules; ends with this.</param>
    public ServedPvs(string name, IReadOnlyList<IServedFace> faces, EpicsServices services, AccessPolicy? policy = null, AccessInputs? inputs = null)
    {
        (Faces, _services, Policy, _inputs) = (faces, services, policy, inputs);
        Board = new(name, services.Clock);
        services.Register(this);
    }

    public PvBoard Board { get; }

    public IReadOnlyList<IServedFace> Faces { get; }

    /// <summary>Null = everybody may do everything.</summary>
    public AccessPolicy? Policy { get; }

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

    /// <summary>What access security decides about a PV of this server; null where it has no such PV.</summary>
    public ServedAccess? Explain(string pvName, string user, string host, int level)
    {
        PvRole role;
        bool isWritable;
        lock (_gate)
        {
            if (!_entries.TryGetValue(pvName, out var entry))
                return null;
            (role, isWritable) = (entry.Role, entry.IsWritable);
        }
        return new([.. Faces.Select(f => $"{f.Protocol}://{f.EndPoint}")], role.GroupOf(), Policy?.Explain(new(pvName, role.GroupOf(), level, user, host)), isWritable, role == PvRole.Command);
    }

    public async ValueTask DisposeAsync()
    {
        _services.Unregister(this);
        if (_inputs is not null)
            await _inputs.DisposeAsync().ConfigureAwait(false);
        foreach (var face in Faces)
            await face.DisposeAsync().ConfigureAwait(false);
    }

    private void Add(PvHosting hosting)
    {
        var variable = hosting.Variable;
        var initial = variable.Initial(hosting.HasDefault, PvTime.From(_services.Clock.GetUtcNow()));
        var entry = new Entry(variable) { Forward = hosting.Forward, Command = hosting.Command, Role = hosting.Role, IsWritable = hosting.Role.IsWritable(), Last = initial.Sample.Value };
        try
        {
            foreach (var face in Faces)
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
            var time = update.Sample.Time.IsSet ? update.Sample.Time : PvTime.From(_services.Clock.GetUtcNow(), update.Sample.Time.UserTag);
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

    private ValueTask<string?> TakePut(Entry entry, in PutFromOutside put)
    {
        if (entry.Command is not { } command)
            return new(TakeValue(entry, put));
        // Without a file nobody says who may command: then who has a login on this machine, as with the API.
        return Policy is null && !ThisHost.Has(put.Caller.Address)
            ? new($"'{entry.Variable.Name}' takes commands from other machines only where access security says from whom: start with --access-security FILE")
            : command(put);
    }

    private string? TakeValue(Entry entry, in PutFromOutside put)
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
                var time = put.Time.IsSet ? put.Time : PvTime.From(_services.Clock.GetUtcNow(), put.Time.UserTag);
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
        public PutHandler? Command { get; init; }
        public int Users = 1;
        public PvRole Role { get; init; }
        public bool IsWritable;
        public PvValue Last;
    }
}

/// <summary>A PV to be served.</summary>
/// <param name="HasDefault">It starts with its default, where it has one.</param>
/// <param name="Forward">The owner of the PV, who is told of a put before it is posted; returns a refusal or null. It may bring something else afterwards.</param>
/// <param name="Command">Carries a put out instead, in its own time; what is shown of it is then its own to post.</param>
internal sealed record PvHosting(ServedVariable Variable, PvRole Role, bool HasDefault = false, Func<PvUpdate, string?>? Forward = null, PutHandler? Command = null);
