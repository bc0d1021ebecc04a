using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Boards;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>One module's part of a server: its inputs are served while it exists, its outputs while they are open for writing.</summary>
internal sealed class ServerConnector : BoardConnector
{
    private readonly InterfaceModule _module;
    private readonly ServedPvs _pvs;
    private readonly Func<ValueTask> _release;
    private readonly string[] _inputs;
    private int _disposed;

    /// <exception cref="ConnectorException">A PV cannot be served.</exception>
    public ServerConnector(InterfaceModule module, ServedPvs pvs, bool useDefaults, Func<ValueTask> release) : base(pvs.Board)
    {
        (_module, _pvs, _release) = (module, pvs, release);
        var inputs = module.IsSource ? module.Variables.Where(v => v.Mode != PvMode.Out).DistinctBy(v => v.PvName, StringComparer.Ordinal).ToArray() : [];
        _inputs = [.. inputs.Select(v => v.PvName)];
        pvs.Host([.. inputs.Select(v => new PvHosting(new(v), PvRole.Input, useDefaults))]);
    }

    public ServedPvs Pvs => _pvs;

    public override ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(_pvs.Put(values.Updates));
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await base.DisposeAsync().ConfigureAwait(false);
        _pvs.Unhost(_inputs);
        await _release().ConfigureAwait(false);
    }

    protected override void Host(IReadOnlyList<PvVariable> variables) =>
        _pvs.Host([.. variables.Select(v => new PvHosting(new(v), IsWritable(v) ? PvRole.Input : PvRole.Output))]);

    protected override void Unhost(IReadOnlyList<string> pvNames) => _pvs.Unhost(pvNames);

    // Where the file does not say, a PV of a module that only takes results is an output.
    private bool IsWritable(PvVariable variable) => variable.Mode != PvMode.Out && (variable.HasMode || _module.IsSource);
}
