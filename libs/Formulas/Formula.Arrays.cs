using System.Buffers;

namespace ModelManager.Formulas;

public sealed partial class Formula
{
    /// <summary>Evaluates over scalars and arrays with numpy's broadcasting; elements follow IEEE 754, scalars the scalar policy.</summary>
    /// <param name="values">One value per declared symbol, in the order of <see cref="Symbols"/>.</param>
    /// <param name="result">
    /// The value. A result whose last extent is 1 loses its extents of 1; a single element becomes a scalar. A formula that is one symbol gives that symbol's array itself.
    /// </param>
    /// <exception cref="ArgumentException">There are fewer values than symbols.</exception>
    public FormulaFault TryEvaluate(ReadOnlySpan<FormulaValue> values, out FormulaValue result)
    {
        var fault = Evaluate(values, out result, out _, out _);
        if (fault != FormulaFault.None)
            result = double.NaN;
        return fault;
    }

    /// <summary>The text of a fault, naming the shapes that did not fit.</summary>
    /// <param name="fault">What <see cref="TryEvaluate(ReadOnlySpan{FormulaValue}, out FormulaValue)"/> answered.</param>
    /// <param name="values">The values it answered for.</param>
    public string Describe(FormulaFault fault, ReadOnlySpan<FormulaValue> values)
    {
        if (fault != FormulaFault.Shape)
            return Describe(fault);
        Evaluate(values, out _, out var a, out var b);
        return a is null || b is null ? Describe(fault) : $"Formula '{Text}' for '{Variable}': cannot broadcast shapes {Shown(a)} and {Shown(b)}";
    }

    private static string Shown(int[] shape) => shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";

    private FormulaFault Evaluate(ReadOnlySpan<FormulaValue> values, out FormulaValue result, out int[]? shapeA, out int[]? shapeB)
    {
        if (values.Length < Symbols.Length)
            throw new ArgumentException($"{Symbols.Length} values are needed, one per symbol; {values.Length} given", nameof(values));
        shapeA = shapeB = null;
        var arrays = false;
        foreach (var index in UsedSymbols)
            arrays |= !values[index].IsScalar;
        if (!arrays || !_node.HasSymbols)
            return EvaluateScalars(values, out result);
        if (_node.HasImaginary)
            return EvaluateElements(values, out result, out shapeA, out shapeB);

        Span<double> bound = stackalloc double[Scope.MaxSlots];
        var frame = new ArrayFrame(values, bound) { MaxElements = _limits.Elements };
        var value = _node.Array(ref frame);
        (shapeA, shapeB) = (frame.ShapeA, frame.ShapeB);
        result = Squeeze(value);
        return frame.Flags.ToFault();
    }

    private FormulaFault EvaluateScalars(ReadOnlySpan<FormulaValue> values, out FormulaValue result)
    {
        var rented = values.Length > 64 ? ArrayPool<double>.Shared.Rent(values.Length) : null;
        var scalars = rented is null ? stackalloc double[64] : rented;
        for (var i = 0; i < values.Length; i++)
            scalars[i] = values[i].Scalar;
        var fault = TryEvaluate(scalars[..values.Length], out var scalar);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        result = scalar;
        return fault;
    }

    // Formulas with the imaginary unit: each element is its own complex evaluation, and one complex element spoils the array.
    private FormulaFault EvaluateElements(ReadOnlySpan<FormulaValue> values, out FormulaValue result, out int[]? shapeA, out int[]? shapeB)
    {
        result = double.NaN;
        Span<double> bound = stackalloc double[Scope.MaxSlots];
        var frame = new ArrayFrame(values, bound) { MaxElements = _limits.Elements };
        FormulaValue shape = 0.0;
        foreach (var index in UsedSymbols)
            shape = Broadcasting.Arithmetic('+', shape, values[index], ref frame);
        (shapeA, shapeB) = (frame.ShapeA, frame.ShapeB);
        if (frame.Flags != FaultFlags.None)
            return frame.Flags.ToFault();
        if (_node.HasReduction)
            return FormulaFault.Complex;

        var zeros = new FormulaValue(new double[shape.Data.Length], shape.Shape);
        var stretched = new double[Symbols.Length][];
        foreach (var index in UsedSymbols)
            stretched[index] = Broadcasting.Arithmetic('+', values[index], zeros, ref frame).ToArray();
        var data = new double[shape.Data.Length];
        var scalars = new double[Symbols.Length];
        for (var i = 0; i < data.Length; i++)
        {
            foreach (var index in UsedSymbols)
                scalars[index] = stretched[index][i];
            var fault = TryEvaluate(scalars, out data[i]);
            if (fault is FormulaFault.Complex or FormulaFault.Limit)
                return fault;
        }
        result = Squeeze(new(data, shape.Shape));
        return FormulaFault.None;
    }

    // Upstream: if shape[-1] == 1: value.squeeze().
    private static FormulaValue Squeeze(in FormulaValue value)
    {
        if (value.IsScalar || value.Shape[^1] != 1)
            return value;
        Span<int> kept = stackalloc int[value.Shape.Length];
        var count = 0;
        foreach (var extent in value.Shape)
            if (extent != 1)
                kept[count++] = extent;
        return count == 0 ? value.Data[0] : new FormulaValue(value.UnsafeData!, kept[..count]);
    }
}
