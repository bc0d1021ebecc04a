using System.Runtime.InteropServices;

namespace ModelManager.Silo.CommandLine;

/// <summary>Ctrl-C and SIGTERM ask the command to stop, from the first moment on and however often they come; one that cannot stop is ended after a while.</summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration[] _registrations;
    private Timer? _deadline;
    private int _asked;

    /// <param name="alsoWhen">Stops the command too.</param>
    public StopSignals(CancellationToken alsoWhen)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(alsoWhen);
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask)];
    }

    public CancellationToken Stopping => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _deadline?.Dispose();
        _stop.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Exchange(ref _asked, 1) != 0)
            return;
        _deadline = new Timer(static _ => Environment.Exit(ExitCodes.Failed), null, Patience, Timeout.InfiniteTimeSpan);
        _ = _stop.CancelAsync();
    }
}
