namespace ModelManager.Registry;

/// <param name="Pod">Written to <c>deployment_pod_name</c>: the silo.</param>
/// <param name="PublishDefault">For models without <c>deployment_publish</c>.</param>
public sealed record WatcherOptions(string Pod, bool PublishDefault = false)
{
    /// <summary>A model must be missing from this many polls before it counts as untagged: offset paging can skip a row once.</summary>
    public int AbsentPolls { get; init; } = 2;

    /// <summary>A version that failed is tried again after this, doubling up to <see cref="MaxPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So many changes within <see cref="ChangeWindow"/> are followed at once; further ones wait as failures do.</summary>
    public int FreeChanges { get; init; } = 4;

    public TimeSpan ChangeWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The n-th pause, n from 0.</summary>
    internal TimeSpan Pause(int n) => TimeSpan.FromTicks(Math.Min(MaxPause.Ticks, FirstPause.Ticks << Math.Min(n, 16)));
}
