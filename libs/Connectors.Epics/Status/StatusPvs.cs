using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>
/// What runs in this process as PVs: per deployment <c>PREFIX NAME :STATE RATE LATENCY:P50 LATENCY:P99 DROPS MODEL:NAME MODEL:VERSION EPOCH LAST_ERROR HEARTBEAT CMD</c>; of the process the names of iocStats.
/// Refreshed once a second; a value is posted when it has changed, heartbeats always.
/// </summary>
public sealed class StatusPvs : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly SourceMark Mark = new("status", 0, 0);

    private readonly IStatusSource _source;
    private readonly string _prefix;
    private readonly IReadOnlyList<ServedPvs> _servers;
    private readonly EpicsServices _services;
    private readonly Func<ValueTask>[] _releases;
    private readonly CancellationTokenSource _ended = new();
    private readonly Dictionary<string, (PvValue, Alarm)> _posted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _deployments = new(StringComparer.Ordinal);
    private readonly Lock _publishing = new();
    private readonly Task _refreshing;
    private string[] _ofProcess = [];
    private long _beats;

    internal StatusPvs(IStatusSource source, string prefix, IReadOnlyList<ServedPvs> servers, EpicsServices services, params Func<ValueTask>[] releases)
    {
        (_source, _prefix, _servers, _services, _releases) = (source, prefix, servers, services, releases);
        _refreshing = Refresh();
    }

    /// <summary>Serves status PVs on the servers that modules without settings of their own use, pvAccess and Channel Access.</summary>
    /// <exception cref="ConnectorException">A server cannot start.</exception>
    public static StatusPvs Serve(IStatusSource source, string prefix, EpicsServices services, PvaServerConnectorFactory pva, CaServerConnectorFactory ca)
    {
        static InterfaceModule Module(string type) => new("status", $"interface.{type}", ["status"], null, Mark, []);
        pva.Use(Module(pva.Type), out var overPva, out var releasePva);
        try
        {
            ca.Use(Module(ca.Type), out var overCa, out var releaseCa);
            return new(source, prefix, [overPva, overCa], services, releasePva, releaseCa);
        }
        catch
        {
            _ = releasePva().AsTask();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _refreshing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var names in _deployments.Values.Append(_ofProcess))
            foreach (var server in _servers)
                server.Unhost(names);
        foreach (var release in _releases)
            await release();
        _ended.Dispose();
    }

    private async Task Refresh()
    {
        using var timer = new PeriodicTimer(Period, _services.Clock);
        do
        {
            var snapshot = await _source.Read(_ended.Token);
            _beats++;
            Publish(snapshot);
        }
        while (await timer.WaitForNextTickAsync(_ended.Token));
    }

    private void Publish(StatusSnapshot snapshot)
    {
        lock (_publishing)
            PublishNow(snapshot);
    }

    private void PublishNow(StatusSnapshot snapshot)
    {
        var values = Of(snapshot.Process).Select(v => (Name: _prefix + v.Name, v.Value, v.Units, v.Description, Alarm.None)).ToList();
        if (_ofProcess.Length == 0)
            _ofProcess = Host(values, null);
        foreach (var gone in _deployments.Keys.Except(snapshot.Deployments.Select(d => d.Name)).ToArray())
        {
            _deployments.Remove(gone, out var names);
            foreach (var server in _servers)
                server.Unhost(names!);
            foreach (var name in names!)
                _posted.Remove(name);
        }
        foreach (var deployment in snapshot.Deployments)
        {
            var own = Of(deployment).Select(v => ($"{_prefix}{deployment.Name}:{v.Name}", v.Value, v.Units, v.Description, v.Alarm)).ToList();
            if (!_deployments.ContainsKey(deployment.Name))
                _deployments.Add(deployment.Name, Host(own, deployment.Name));
            values.AddRange(own);
        }
        var time = PvTime.From(_services.Clock.GetUtcNow());
        var changed = values.Where(v => !_posted.TryGetValue(v.Name, out var last) || last != (v.Value, v.Item5)).ToArray();
        foreach (var (name, value, _, _, alarm) in changed)
            _posted[name] = (value, alarm);
        foreach (var server in _servers)
            server.Put([.. changed.Select(v => PvUpdate.Of(v.Name, v.Value, time, v.Item5))]);
    }

    private IEnumerable<(string Name, PvValue Value, string Units, string Description)> Of(ProcessReport process)
    {
        yield return ("HEARTBEAT", PvValue.Double(_beats), "s", "counts up once a second");
        yield return ("UPTIME", PvValue.String($"{process.UpTime.Days} days, {process.UpTime:hh\\:mm\\:ss}"), "", "since the start of the process");
        yield return ("SYS_CPU_LOAD", PvValue.Double(Math.Round(process.SystemCpu, 1)), "%", "of all cores of the host");
        yield return ("IOC_CPU_LOAD", PvValue.Double(Math.Round(process.ProcessCpu, 1)), "%", "of all cores, by this process");
        yield return ("MEM_USED", PvValue.Double(process.Memory), "byte", "resident memory of this process");
        yield return ("FD_CNT", PvValue.Double(process.OpenFiles), "", "open files and sockets");
        yield return ("CA_CLNT_CNT", PvValue.Double(_services.Faces.Where(f => f.Protocol == "ca").Sum(f => f.Clients)), "", "Channel Access clients");
        yield return ("PVA_CLNT_CNT", PvValue.Double(_services.Faces.Where(f => f.Protocol == "pva").Sum(f => f.Clients)), "", "pvAccess connections");
        yield return ("RECORD_CNT", PvValue.Double(_services.Faces.Sum(f => f.Names)), "", "PVs served, each protocol counted");
        yield return ("HOSTNAME", PvValue.String(process.HostName), "", "of the machine");
    }

    private IEnumerable<(string Name, PvValue Value, string Units, string Description, Alarm Alarm)> Of(DeploymentReport report)
    {
        var state = report.Severity == AlarmSeverity.NoAlarm ? Alarm.None : new(report.Severity, AlarmStatus.State, report.Why);
        yield return ("STATE", PvValue.String(report.State), "", "what the deployment does", state);
        yield return ("RATE", PvValue.Double(Math.Round(report.Rate, 2)), "Hz", "ticks per second", Alarm.None);
        yield return ("LATENCY:P50", Milliseconds(report.LatencyP50), "ms", "arrival of an update to its output, median", Missing(report.LatencyP50));
        yield return ("LATENCY:P99", Milliseconds(report.LatencyP99), "ms", "arrival of an update to its output, 99 %", Missing(report.LatencyP99));
        yield return ("DROPS", PvValue.Double(report.Drops), "", "updates merged into newer ones or dropped", Alarm.None);
        yield return ("MODEL:NAME", PvValue.String(report.ModelName), "", "the model that runs", Alarm.None);
        yield return ("MODEL:VERSION", PvValue.String(report.ModelVersion), "", "its version, or the start of its digest", Alarm.None);
        yield return ("EPOCH", PvValue.Double(report.Epoch), "", "how often it was started somewhere", Alarm.None);
        yield return ("LAST_ERROR", PvValue.String(report.LastError), "", "the last failure", Alarm.None);
        yield return ("HEARTBEAT", PvValue.Double(_beats), "s", "counts up once a second", Alarm.None);
    }

    private string[] Host(List<(string Name, PvValue Value, string Units, string Description, Alarm Alarm)> values, string? deployment)
    {
        var hostings = values.Select(v => new PvHosting(new(Variable(v.Name, v.Value, v.Units, v.Description)), PvRole.Status, HasDefault: true)).ToList();
        if (deployment is not null)
        {
            var command = $"{_prefix}{deployment}:CMD";
            hostings.Add(new(new(Variable(command, PvValue.String(""), "", "pause | resume | rollback")), PvRole.Command, HasDefault: true, Command: put => Take(deployment, command, put)));
        }
        foreach (var server in _servers)
            server.Host(hostings);
        return [.. hostings.Select(h => h.Variable.Name)];
    }

    // The client's put ends when the command was carried out, or fails with the reason; both are shown by CMD afterwards, under every protocol.
    private async ValueTask<string?> Take(string deployment, string pvName, PutFromOutside put)
    {
        var text = put.Value.ToString().Trim();
        // Enum.Parse would take numbers and lists too.
        if (!Enum.GetNames<StatusCommand>().Contains(text, StringComparer.OrdinalIgnoreCase))
            return $"'{text}' is no command; pause, resume and rollback are";
        var command = Enum.Parse<StatusCommand>(text, ignoreCase: true);
        string? failure = null;
        try
        {
            await _source.Command(deployment, command, put.Caller, _ended.Token).ConfigureAwait(false);
            Publish(await _source.Read(_ended.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            return "the silo is stopping";
        }
#pragma warning disable CA1031 // whatever it was, the one who gave the command hears it, and whoever looks reads it in the alarm of CMD
        catch (Exception problem)
#pragma warning restore CA1031
        {
            failure = $"{text} of {deployment}: {problem.Message}";
        }
        var shown = PvUpdate.Of(pvName, PvValue.String(text), PvTime.From(_services.Clock.GetUtcNow()), failure is null ? Alarm.None : new(AlarmSeverity.Major, AlarmStatus.Write, failure));
        foreach (var server in _servers)
            server.Put([shown]);
        return failure;
    }

    private static PvVariable Variable(string name, PvValue value, string units, string description) =>
        new(name, name, Mark) { Default = value, Units = units, Description = description, Mode = PvMode.Out };

    private static PvValue Milliseconds(double? value) => PvValue.Double(value is { } ms ? Math.Round(ms, 3) : 0);

    private static Alarm Missing(double? value) => value is null ? Alarm.Undefined("no tick yet") : Alarm.None;
}
