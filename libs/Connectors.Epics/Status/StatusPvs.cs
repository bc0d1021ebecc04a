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
    private readonly Dictionary<string, PvValue> _posted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _deployments = new(StringComparer.Ordinal);
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
            Publish(snapshot);
        }
        while (await timer.WaitForNextTickAsync(_ended.Token));
    }

    private void Publish(StatusSnapshot snapshot)
    {
        _beats++;
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
        var changed = values.Where(v => !_posted.TryGetValue(v.Name, out var last) || last != v.Value).ToArray();
        foreach (var (name, value, _, _, _) in changed)
            _posted[name] = value;
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
        var state = report.IsFailed ? new Alarm(AlarmSeverity.Major, AlarmStatus.State, report.LastError) : Alarm.None;
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
            hostings.Add(new(new(Variable(command, PvValue.String(""), "", "pause | resume")), PvRole.Command, HasDefault: true, Forward: put => Take(deployment, put)));
        }
        foreach (var server in _servers)
            server.Host(hostings);
        return [.. hostings.Select(h => h.Variable.Name)];
    }

    private string? Take(string deployment, PvUpdate put)
    {
        if (!Enum.TryParse<StatusCommand>(put.Sample.Value.AsString().Trim(), ignoreCase: true, out var command) || !Enum.IsDefined(command))
            return $"'{put.Sample.Value.AsString()}' is no command; pause and resume are";
        _ = Carry(deployment, command, put);
        return null;
    }

    // The client's put ends when the command is understood; how it went is the value of CMD with its alarm, and STATE.
    private async Task Carry(string deployment, StatusCommand command, PvUpdate put)
    {
        await Task.Yield();               // the server holds its lock
        try
        {
            await _source.Command(deployment, command, _ended.Token);
        }
#pragma warning disable CA1031 // whatever it was, the one who gave the command reads it in the alarm of CMD
        catch (Exception problem)
#pragma warning restore CA1031
        {
            foreach (var server in _servers)
                server.Put([put with { Sample = put.Sample with { Alarm = new(AlarmSeverity.Major, AlarmStatus.Write, problem.Message) } }]);
        }
    }

    private static PvVariable Variable(string name, PvValue value, string units, string description) =>
        new(name, name, Mark) { Default = value, Units = units, Description = description, Mode = PvMode.Out };

    private static PvValue Milliseconds(double? value) => PvValue.Double(value is { } ms ? Math.Round(ms, 3) : 0);

    private static Alarm Missing(double? value) => value is null ? Alarm.Undefined("no tick yet") : Alarm.None;
}
