namespace ModelManager.Registry;

/// <param name="Pod">The silo that watches; written to <c>deployment_pod_name</c> while no other is known to run the deployment.</param>
/// <param name="PublishDefault">For models without <c>deployment_publish</c>.</param>
public sealed record WatcherOptions(string Pod, bool PublishDefault = false)
{
    /// <summary>A model must be missing from this many polls before it counts as untagged: offset paging can skip a row once.</summary>
    public int AbsentPolls { get; init; } = 2;

    /// <summary>A version that failed is tried again after this, doubling up to <see cref="MaxPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So many changes within <see cref="ChangeWindow"/> are followed at once; further ones wait <see cref="FirstPause"/>, doubling up to <see cref="LongestHold"/>. Stops do not count.</summary>
    public int FreeChanges { get; init; } = 8;

    /// <summary>Tags that go back and forth are followed at least this often: somebody may mean the last of them.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan ChangeWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The n-th pause, n from 0.</summary>
    internal TimeSpan Pause(int n) => TimeSpan.FromTicks(Math.Min(MaxPause.Ticks, FirstPause.Ticks << Math.Min(n, 16)));
}
