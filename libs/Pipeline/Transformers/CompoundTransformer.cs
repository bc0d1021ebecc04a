using System.Collections.Immutable;

namespace ModelManager.Pipeline;

/// <summary>Children side by side over the same inputs; the outputs are their union, and of two children that give one name the later wins (upstream.md B4). Each child emits when its own inputs have arrived.</summary>
public sealed class CompoundTransformer : ITransformer, IStateful
{
    private readonly ImmutableArray<ITransformer> _children;
    private readonly int[][] _inputsOf, _outputsOf;
    private readonly (int[] Inputs, int[] Outputs)[] _bound;
    private readonly string[][] _names;
    private int[]? _boundTo;

    public CompoundTransformer(ImmutableArray<ITransformer> children, ImmutableArray<string> inputs, ImmutableArray<string> outputs)
    {
        _children = children;
        Inputs = inputs;
        Outputs = outputs;
        _inputsOf = [.. children.Select(c => c.Inputs.Select(i => inputs.IndexOf(i)).ToArray())];
        _outputsOf = [.. children.Select(c => c.Outputs.Select(o => outputs.IndexOf(o)).ToArray())];
        _bound = new (int[], int[])[children.Length];
        _names = [.. children.Select(c => c.Outputs.ToArray())];
    }

    public ImmutableArray<string> Inputs { get; }

    public ImmutableArray<string> Outputs { get; }

    public ImmutableArray<int> NeededBy(int output)
    {
        var (child, own) = ChildOf(output);
        return [.. _children[child].NeededBy(own).Select(i => _inputsOf[child][i])];
    }

    public int DirectInput(int output)
    {
        var (child, own) = ChildOf(output);
        var direct = _children[child].DirectInput(own);
        return direct < 0 ? -1 : _inputsOf[child][direct];
    }

    public void Transform(in TransformInput input, in TransformOutput output)
    {
        if (!ReferenceEquals(_boundTo, input.Slots))
            Bind(input.Slots, output.Slots);
        for (var i = 0; i < _children.Length; i++)
        {
            var childInput = new TransformInput(input.Table, _bound[i].Inputs, input.All);
            _children[i].Transform(childInput, new TransformOutput(childInput, _bound[i].Outputs, output.Ready, _names[i], output.Stamps));
        }
    }

    public string Save() => StateOfChildren.Save([.. _children.Select(c => (c as IStateful)?.Save())]);

    public void Restore(string saved)
    {
        var states = StateOfChildren.Read(saved, _children.Length);
        for (var i = 0; i < _children.Length; i++)
            if (states[i] is { } state && _children[i] is IStateful stateful)
                stateful.Restore(state);
    }

    private (int Child, int Output) ChildOf(int output)
    {
        for (var child = _children.Length - 1; child >= 0; child--)
            if (Array.IndexOf(_outputsOf[child], output) is >= 0 and var own)
                return (child, own);
        throw new ArgumentOutOfRangeException(nameof(output), output, "no child has this output");
    }

    // An output that a later child gives too is taken from that child only: the earlier one writes into a slot that nobody wants.
    private void Bind(int[] inputSlots, int[] outputSlots)
    {
        for (var i = 0; i < _children.Length; i++)
        {
            var child = i;
            _bound[i] = ([.. _inputsOf[i].Select(input => inputSlots[input])], [.. _outputsOf[i].Select(output => ChildOf(output).Child == child ? outputSlots[output] : -1)]);
        }
        _boundTo = inputSlots;
    }
}
