using ModelManager.Connectors.Boards;
using ModelManager.Values;

namespace ModelManager.Connectors.Memory;

/// <summary>A named place of PVs in this process: what one deployment writes, another one (or a test) reads. Stamps and alarms are kept as written.</summary>
public sealed class MemoryHub
{
    private readonly PvBoard _board;

    public MemoryHub(string name = "memory", TimeProvider? clock = null)
    {
        Name = name;
        _board = new(name, clock ?? TimeProvider.System);
    }

    public string Name { get; }

    /// <summary>A connection of its own: disposing it ends its subscriptions and takes away the PVs it opened, nothing else.</summary>
    public IConnector Connect() => new BoardConnector(_board);

    /// <summary>Makes a PV exist with a value, or writes it where it exists. All updates are one set.</summary>
    public void Write(params IReadOnlyList<PvUpdate> updates)
    {
        var missing = updates.Zip(_board.Get([.. updates.Select(u => u.Name)])).Where(p => p.Second.Kind == PvUpdateKind.Disconnected).Select(p => p.First)
            .DistinctBy(u => u.Name, StringComparer.Ordinal).ToList();
        _board.Host(missing);
        _board.Put([.. updates.Except(missing)]);
    }

    /// <inheritdoc cref="Write(IReadOnlyList{PvUpdate})"/>
    public void Write(string pvName, double value) => Write([PvUpdate.Of(pvName, PvValue.Double(value))]);

    /// <summary>Takes PVs away that <see cref="Write(IReadOnlyList{PvUpdate})"/> made: their subscribers see a disconnect.</summary>
    public void Remove(params IReadOnlyList<string> pvNames) => _board.Unhost(pvNames, "it was removed");

    /// <summary>The current state of PVs, in order; a PV that is not there is a disconnect.</summary>
    public PvUpdate[] Read(params IReadOnlyList<string> pvNames) => _board.Get(pvNames);
}
