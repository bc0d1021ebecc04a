namespace ModelManager.Formulas;

/// <summary>Replaces what does not depend on any input by its value, once, after binding.</summary>
internal static class ConstantFolder
{
    public static Node Fold(Node node, NodeBuilder builder)
    {
        if (node is NumberNode or BooleanNode or ImaginaryNode or SymbolNode or BoundNode)
            return node;
        if (node.IsConstant)
            return Value(node) ?? node;
        var children = node.Children.ToArray();
        var changed = false;
        for (var i = 0; i < children.Length; i++)
        {
            var folded = Fold(children[i], builder);
            changed |= !ReferenceEquals(folded, children[i]);
            children[i] = folded;
        }
        return changed ? node.Rebuild(builder, children) : node;
    }

    // A constant that faults stays: a Piecewise may never take it. One that is complex stays complex.
    private static Node? Value(Node node)
    {
        var frame = new ComplexFrame([], new double[Scope.MaxSlots]);
        var value = node.Complex(ref frame);
        if (frame.Flags != FaultFlags.None || !RealPart.TryGet(value, out var real))
            return null;
        if (node.IsBoolean)
            return BooleanNode.Of(real != 0);
        return double.IsFinite(real) && real == Math.Floor(real) && Math.Abs(real) < 1e15
            ? new NumberNode(Rational.FromDouble(real), real, true)
            : new NumberNode(null, real, true);
    }
}
