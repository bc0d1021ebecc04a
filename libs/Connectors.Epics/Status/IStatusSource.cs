using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>What a silo tells of itself for its status PVs.</summary>
public interface IStatusSource
{
    /// <summary>Asked once a second.</summary>
    ValueTask<StatusSnapshot> Read(CancellationToken cancellation);

    /// <summary>Carries out a command for a deployment, as somebody outside wants it; done when it is done.</summary>
    /// <exception cref="Exception">It failed; the message goes to who gave the command and is shown with the CMD PV.</exception>
    Task Command(string deployment, StatusCommand command, OutsideCaller caller, CancellationToken cancellation);
}

/// <summary>What can be put to CMD, in any case.</summary>
public enum StatusCommand { Pause, Resume, Rollback }

public sealed record StatusSnapshot(ImmutableArray<DeploymentReport> Deployments, ProcessReport Process);

/// <summary>One deployment.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="Rate">Ticks per second.</param>
/// <param name="LatencyP50">Milliseconds; null before the first tick.</param>
/// <param name="Drops">Update sets that were merged into a newer one or dropped.</param>
/// <param name="Severity">Of the alarm of STATE.</param>
/// <param name="Why">Its message: the cause of the state.</param>
public sealed record DeploymentReport(
    string Name, string State, AlarmSeverity Severity, string Why, double Rate, double? LatencyP50, double? LatencyP99, long Drops, string ModelName, string ModelVersion, long Epoch, string LastError);

/// <summary>The process, in the units of the EPICS module iocStats.</summary>
/// <param name="SystemCpu">Percent of all cores.</param>
/// <param name="ProcessCpu">Percent of all cores.</param>
/// <param name="Memory">Bytes resident.</param>
/// <param name="OpenFiles">Open file descriptors.</param>
public sealed record ProcessReport(string HostName, TimeSpan UpTime, double SystemCpu, double ProcessCpu, long Memory, int OpenFiles);
