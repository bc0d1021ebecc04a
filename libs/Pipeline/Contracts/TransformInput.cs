using System.Runtime.CompilerServices;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The inputs of one transformer in one tick: a view of the table, nothing is copied. Indices are those of <see cref="ITransformer.Inputs"/>.</summary>
public readonly ref struct TransformInput
{
    private readonly bool _all;

    internal TransformInput(SlotTable table, int[] slots, bool all)
    {
        Table = table;
        Slots = slots;
        _all = all;
    }

    internal SlotTable Table { get; }
    internal int[] Slots { get; }
    internal bool All => _all;

    public int Count => Slots.Length;

    /// <summary>The sample of an input. One without a value has an INVALID alarm that says why, or has not arrived.</summary>
    public ref readonly PvSample this[int input]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Table.Samples[Slots[input]];
    }

    public bool HasArrived(int input) => Table.Arrived[Slots[input]];

    /// <summary>The sample differs from that of the call before, or may. Outputs whose inputs have not changed need not be computed again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasChanged(int input) => _all || Table.Changed[Slots[input]];

    /// <summary>Any of these inputs has changed.</summary>
    public bool HaveChanged(ReadOnlySpan<int> inputs)
    {
        if (_all)
            return true;
        foreach (var input in inputs)
            if (Table.Changed[Slots[input]])
                return true;
        return false;
    }
}
