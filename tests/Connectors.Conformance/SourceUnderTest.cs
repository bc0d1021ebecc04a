namespace ModelManager.Connectors.Conformance;

/// <summary>A running source, and how a test makes its PVs change.</summary>
public abstract class SourceUnderTest : IAsyncDisposable
{
    public abstract IConnector Connector { get; }

    public IPvSource Source => Connector.Source!;

    /// <summary>At least two PVs that can be read.</summary>
    public abstract IReadOnlyList<string> PvNames { get; }

    public virtual string UnknownPv => "NO:SUCH:PV";

    /// <summary>Makes every PV of <see cref="PvNames"/> send one more value. A source that sends by itself (a file) does nothing here.</summary>
    public abstract Task Change();

    public virtual ValueTask DisposeAsync() => Connector.DisposeAsync();
}
