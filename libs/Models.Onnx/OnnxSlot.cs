using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelManager.Values;

namespace ModelManager.Models.Onnx;

internal enum SlotForm : byte
{
    /// <summary>One number or <see cref="OnnxSlot.Width"/> of them per row.</summary>
    Scalars,
    /// <summary>One text per row.</summary>
    Text,
    /// <summary>A tensor of one dimension.</summary>
    Array,
    /// <summary>A tensor of rows and columns.</summary>
    Image,
}

/// <summary>One input or output tensor of a session, and which variables stand for it.</summary>
/// <param name="Dimensions">As the model states them; -1 = any.</param>
/// <param name="First">Number of its first variable.</param>
internal sealed record OnnxSlot(string Name, TensorElementType Type, ImmutableArray<int> Dimensions, SlotForm Form, int Width, int First)
{
    /// <summary>Its first dimension counts rows and may be any.</summary>
    public bool HasRows => Form == SlotForm.Scalars && Dimensions.Length > 0 && Dimensions[0] == -1;

    /// <summary>The tensor's shape for so many rows of scalars.</summary>
    public long[] ShapeFor(int rows) => Dimensions.Length switch
    {
        0 => [],
        1 => [Dimensions[0] == -1 ? rows : Dimensions[0]],
        _ => [Dimensions[0] == -1 ? rows : Dimensions[0], .. Enumerable.Repeat(1L, Dimensions.Length - 2), Width],
    };

    /// <summary>The tensors of a session as slots.</summary>
    /// <param name="declared">Kinds that are declared by name decide where the shape leaves it open.</param>
    /// <param name="imagesAround">Without rows of scalars, an open rank-1 tensor is an array and not a column.</param>
    /// <exception cref="ModelException">A tensor has a form that no variable has.</exception>
    public static ImmutableArray<OnnxSlot> Of(string file, IEnumerable<KeyValuePair<string, NodeMetadata>> tensors, ImmutableArray<ModelVariable> declared, bool imagesAround)
    {
        var slots = ImmutableArray.CreateBuilder<OnnxSlot>();
        var first = 0;
        foreach (var (name, meta) in tensors)
        {
            if (meta.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
                throw new ModelException($"{file}: '{name}' is a {meta.OnnxValueType.ToString()["ONNX_TYPE_".Length..].ToLowerInvariant()}, not a tensor; of a scikit-learn model, export it with zipmap=False");
            if (meta.ElementDataType != TensorElementType.String && TensorBuffer.Create(meta.ElementDataType, [1]) is null)
                throw new ModelException($"{file}: '{name}' has elements of type {meta.ElementDataType}; numbers up to 64 bits, booleans and texts are taken");
            var kind = declared.FirstOrDefault(v => v.Name == name)?.Kind;
            var (form, width) = FormOf(meta, kind, imagesAround);
            slots.Add(new(name, meta.ElementDataType, [.. meta.Dimensions], form, width, first));
            first += width;
        }
        return slots.ToImmutable();
    }

    /// <summary>A variable per number; named as declared, else by the tensor, with [i] where it has several.</summary>
    /// <exception cref="ModelException">Other variables are declared than there are.</exception>
    public static ImmutableArray<ModelVariable> Variables(string file, ImmutableArray<OnnxSlot> slots, ImmutableArray<ModelVariable> declared, string what, string declaredIn)
    {
        ImmutableArray<ModelVariable> own = [.. slots.SelectMany(slot => slot.Width == 1
            ? [new ModelVariable(slot.Name, slot.Kind, Shape: slot.KnownShape)]
            : Enumerable.Range(0, slot.Width).Select(i => new ModelVariable($"{slot.Name}[{i}]", slot.Kind)))];
        if (declared.IsDefaultOrEmpty)
            return own;
        if (declared.Length != own.Length)
            throw new ModelException($"{file} has {own.Length} {what} ({Names(own)}), {declaredIn} names {declared.Length} ({Names(declared)})");
        var byName = declared.ToDictionary(v => v.Name, StringComparer.Ordinal);
        return own.All(v => byName.ContainsKey(v.Name))
            ? [.. own.Select(v => byName[v.Name] with { Kind = v.Kind, Shape = v.Shape.IsDefault ? byName[v.Name].Shape : v.Shape })]
            : [.. own.Zip(declared, (tensor, named) => named with { Kind = tensor.Kind, Shape = tensor.Shape.IsDefault ? named.Shape : tensor.Shape })];
    }

    private PvKind Kind => Form switch { SlotForm.Array => PvKind.Float64Array, SlotForm.Image => PvKind.Image, _ => TensorBuffer.KindOf(Type) };

    private ImmutableArray<int> KnownShape
    {
        get
        {
            var rank = Form switch { SlotForm.Array => 1, SlotForm.Image => 2, _ => 0 };
            if (rank == 0 || Dimensions.Length < rank)
                return default;
            // Leading dimensions of one, or of any number of rows, are not the value's; colours of an image are.
            var own = Form == SlotForm.Image ? Dimensions.Take(Dimensions.Length - rank).SkipWhile(d => d is 1 or -1).Concat(Dimensions.TakeLast(rank)).ToArray() : [.. Dimensions.TakeLast(rank)];
            return own.All(d => d > 0) ? [.. own] : default;
        }
    }

    private static (SlotForm Form, int Width) FormOf(NodeMetadata meta, PvKind? declared, bool imagesAround)
    {
        var dimensions = meta.Dimensions;
        if (declared == PvKind.Image)
            return (SlotForm.Image, 1);
        if (declared is { } kind && kind.IsArray())
            return (SlotForm.Array, 1);
        if (meta.ElementDataType == TensorElementType.String)
            return (SlotForm.Text, 1);
        return dimensions.Length switch
        {
            0 => (SlotForm.Scalars, 1),
            1 => dimensions[0] > 1 || imagesAround && dimensions[0] != 1 ? (SlotForm.Array, 1) : (SlotForm.Scalars, 1),
            2 when dimensions[0] is -1 or 1 && dimensions[1] > 0 => (SlotForm.Scalars, dimensions[1]),
            _ when dimensions.All(d => d == 1) => (SlotForm.Scalars, 1),
            _ => (SlotForm.Image, 1),
        };
    }

    private static string Names(ImmutableArray<ModelVariable> variables) => string.Join(", ", variables.Take(8).Select(v => v.Name)) + (variables.Length > 8 ? ", ..." : "");
}
