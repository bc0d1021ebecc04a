namespace ModelManager.Models.Torch;

/// <summary>How much a <c>.pt</c> file may ask for. The largest real one seen has 24 entries, a pickle of 12 kB and 2.5 MB of weights.</summary>
public sealed record TorchLimits
{
    public static TorchLimits Default { get; } = new();

    public long FileBytes { get; init; } = 1L << 30;
    public int Entries { get; init; } = 20_000;

    /// <summary>Unpacked size of all entries together.</summary>
    public long UnpackedBytes { get; init; } = 1L << 30;

    /// <summary>Unpacked over packed size of one entry; torch itself never compresses.</summary>
    public int Ratio { get; init; } = 100;

    public int PickleBytes { get; init; } = 8 << 20;
    public int StackDepth { get; init; } = 10_000;
    public int MemoEntries { get; init; } = 1_000_000;

    /// <summary>Elements of all tensors read from one file together (views of one storage count each).</summary>
    public long Elements { get; init; } = 1L << 27;

    /// <summary>Layers of one network; a module that is named twice counts twice.</summary>
    public int Layers { get; init; } = 10_000;

    /// <summary>Modules inside modules.</summary>
    public int Nesting { get; init; } = 32;
}
