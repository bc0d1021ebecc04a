namespace ModelManager.Silo.Hosting;

/// <summary>The host listens to no signals of its own: the command does, and stops the host when it is done. A host that stops itself while Orleans comes up ends in an unhandled failure.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
