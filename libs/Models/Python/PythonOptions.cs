using System.Collections.Immutable;

namespace ModelManager.Models.Python;

/// <summary>What Python models may do in this process, and how much of the machine they may take. Off unless the operator allows it.</summary>
public sealed record PythonOptions
{
    /// <summary>False: no Python model is run. A Python model is code that runs with this process's rights on the file system and the network.</summary>
    public bool Allowed { get; init; }

    /// <summary>True: nobody but the operator deploys here, so a deployment need not say <c>python: allow</c> besides.</summary>
    public bool AllowedForAll { get; init; }

    /// <summary>Interpreter for models without an environment of their own; null = <c>python3</c> of the PATH.</summary>
    public string? Interpreter { get; init; }

    /// <summary>Folder of prepared environments, one per set of requirements (<see cref="PythonEnvironments"/>); null = the interpreter runs every model.</summary>
    public string? EnvironmentsFolder { get; init; }

    /// <summary>How long an interpreter may take to import and load a model.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one evaluation may take before its process is ended. Less than <see cref="ModelHostOptions.CallTimeout"/>, which gives up the calling thread.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an evaluation waits for a process that is being started again before it fails with "still starting".</summary>
    public TimeSpan RestartWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before the second restart in a row; it doubles up to <see cref="LongestPause"/>. The first restart is at once.</summary>
    public TimeSpan RestartPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Private memory of one worker in bytes; what it allocates beyond fails in the model as MemoryError. 0 = no limit.</summary>
    public long WorkerMemory { get; init; } = 4L << 30;

    /// <summary>Workers of this process at one time.</summary>
    public int MaxWorkers { get; init; } = 16;

    /// <summary>Sum of the <see cref="WorkerMemory"/> of all workers; 0 = as much as <see cref="MaxWorkers"/> need.</summary>
    public long TotalMemory { get; init; }

    /// <summary>From how many bytes on an array goes through shared memory instead of the pipe.</summary>
    public int SharedMemoryFrom { get; init; } = 64 << 10;

    /// <summary>Where memory that both processes map is made; null = never.</summary>
    public string? SharedMemoryFolder { get; init; } = "/dev/shm";

    /// <summary>Variables of this process that workers inherit. All others, credentials among them, they do not see.</summary>
    public ImmutableArray<string> InheritedVariables { get; init; } = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "CUDA_VISIBLE_DEVICES"];

    /// <summary>Variables set for workers besides.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Takes what the models print and what happens to their processes; called on threads of the workers, never by two for one model at a time.</summary>
    public Action<PythonLogLine>? Log { get; init; }
}

/// <param name="Model">The model's name.</param>
public readonly record struct PythonLogLine(string Model, PythonLogKind Kind, string Text);

public enum PythonLogKind
{
    /// <summary>A line the model printed, to standard output or standard error.</summary>
    Printed,
    /// <summary>A process started or ended as it should.</summary>
    Lifecycle,
    /// <summary>A process was lost or ended, or an evaluation failed; with the traceback.</summary>
    Failure,
}
