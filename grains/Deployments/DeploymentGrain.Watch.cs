using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ModelManager.Grains.Deployments;

/// <summary>Live views: conflated, pulled by the watcher.</summary>
public sealed partial class DeploymentGrain
{
    public async IAsyncEnumerable<DeploymentValues> Watch([EnumeratorCancellation] CancellationToken cancellation)
    {
        // One place for one signal: however many ticks pass while the watcher is busy, it is woken once and takes the newest values.
        var woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Wake(long sequence) => woken.Writer.TryWrite(true);

        // One that is being loaded is waited for.
        if (_runner is null && _loading)
            await _launch.WaitAsync(cancellation);
        var runner = _runner ?? throw new DeploymentException(DeploymentFault.NotRunning, $"deployment '{Shown}' does not run");
        runner.TickEnded += Wake;
        try
        {
            yield return Snapshot();
            while (await woken.Reader.WaitToReadAsync(cancellation))
            {
                woken.Reader.TryRead(out _);
                yield return Snapshot();
            }
        }
        finally
        {
            runner.TickEnded -= Wake;
        }
    }
}
