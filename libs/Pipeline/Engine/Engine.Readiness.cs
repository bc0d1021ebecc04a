using System.Collections.Immutable;

namespace ModelManager.Pipeline;

// What may be emitted: nothing before everything it needs was seen once.
public sealed partial class Engine
{
    private bool[] _ready = [];
    private int[] _readyOutputs = [];
    private int[] _readyWhenRun = [];
    private bool _allReady;

    /// <summary>Inputs that something waits for, as <c>PV (module)</c> with the reason where the source gave one.</summary>
    public ImmutableArray<string> AwaitedInputs =>
    [
        .. Enumerable.Range(0, Plan.SourceSlots).Where(s => _inputs[s].IsRead && !HasCome(s))
            .Select(s => $"{Plan.Slots[s].PvName} ({Plan.Slots[s].Module}){(_inputs[s].AwaitReason is { } why ? $": {why}" : "")}"),
    ];

    private void UpdateReadiness()
    {
        _allReady = true;
        for (var n = 0; n < Plan.Nodes.Length; n++)
        {
            var node = Plan.Nodes[n];
            _readyOutputs[n] = 0;
            for (var o = 0; o < node.Outputs.Length; o++)
            {
                var ready = Array.TrueForAll(node.Roots[o], root => _table.Arrived[root]);
                _ready[node.Outputs[o]] = ready;
                _readyOutputs[n] += ready ? 1 : 0;
                _allReady &= ready;
            }
        }
    }

    private bool AnyReady()
    {
        foreach (var count in _readyOutputs)
            if (count > 0)
                return true;
        return Array.Exists(_outputs, o => _table.Arrived[o.Slot]);
    }

    // Whether what changed reaches anything that may be emitted.
    private bool ChangeReachesReady()
    {
        if (_allReady)
            return Array.IndexOf(_table.Changed, true, 0, Plan.SourceSlots) >= 0;
        foreach (var node in Plan.Nodes)
            for (var o = 0; o < node.Outputs.Length; o++)
                if (_ready[node.Outputs[o]] && Array.Exists(node.Roots[o], root => _table.Changed[root]))
                    return true;
        return Array.Exists(_outputs, o => o.Slot < Plan.SourceSlots && _table.Changed[o.Slot]);
    }
}
