using ModelManager.Grains.Storage;

namespace ModelManager.Grains.Catalog;

/// <summary>The stored catalog: entries by deployment. Who holds which PV follows from their claims.</summary>
[StateSchema("catalog", 1)]
public sealed class CatalogState
{
    public SortedDictionary<string, CatalogEntry> Entries { get; set; } = new(StringComparer.Ordinal);
}
