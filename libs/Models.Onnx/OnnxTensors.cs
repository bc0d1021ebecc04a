using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelManager.Models.Lume;
using ModelManager.Values;

namespace ModelManager.Models.Onnx;

/// <summary>Arrays, images and texts to tensors of a call, and back.</summary>
internal static class OnnxTensors
{
    public static OrtValue OfText(string text)
    {
        var tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [1]);
        tensor.StringTensorSetElementAt(text.AsSpan(), 0);
        return tensor;
    }

    /// <summary>The elements themselves when they have the type wanted; converted otherwise.</summary>
    public static OrtValue Of(Array elements, TensorElementType type, long[] shape) => type switch
    {
        TensorElementType.Double => Of<double>(elements, shape, static v => v),
        TensorElementType.Float16 => Of<Float16>(elements, shape, static v => (Float16)(float)v),
        TensorElementType.BFloat16 => Of<BFloat16>(elements, shape, static v => (BFloat16)(float)v),
        TensorElementType.Float => Of<float>(elements, shape, static v => (float)v),
        TensorElementType.Int64 => Of<long>(elements, shape, static v => (long)v),
        TensorElementType.Int32 => Of<int>(elements, shape, static v => (int)v),
        TensorElementType.Int16 => Of<short>(elements, shape, static v => (short)v),
        TensorElementType.Int8 => Of<sbyte>(elements, shape, static v => (sbyte)v),
        TensorElementType.UInt8 => Of<byte>(elements, shape, static v => (byte)v),
        TensorElementType.UInt16 => Of<ushort>(elements, shape, static v => (ushort)v),
        TensorElementType.UInt32 => Of<uint>(elements, shape, static v => (uint)v),
        TensorElementType.UInt64 => Of<ulong>(elements, shape, static v => (ulong)v),
        _ => Of<bool>(elements, shape, static v => v != 0),
    };

    /// <summary>A result that is no row of numbers: image by its last two dimensions, array, text, or a single number.</summary>
    public static PvValue Value(OrtValue tensor, SlotForm form)
    {
        var info = tensor.GetTensorTypeAndShape();
        if (info.ElementDataType == TensorElementType.String)
        {
            var texts = tensor.GetStringTensorAsArray();
            return texts.Length == 1 ? PvValue.String(texts[0]) : PvValue.Array(texts);
        }
        var elements = Elements(tensor, info.ElementDataType);
        var shape = info.Shape;
        if (form == SlotForm.Image)
            return PvValue.Image(new PvImage(elements, [.. Trimmed(shape)]));
        if (form == SlotForm.Array || elements.Length != 1)
            return PvValue.Array(elements);
        var number = new double[1];
        if (elements is bool[] flags)
            return PvValue.Boolean(flags[0]);
        BatchInput.Read(elements, number);
        return TensorBuffer.KindOf(info.ElementDataType) == PvKind.Float64 ? PvValue.Double(number[0]) : PvValue.Integer(PvKind.Int64, Convert.ToInt64(elements.GetValue(0)));
    }

    // Leading dimensions of one, a batch or a channel, are not the image's.
    private static IEnumerable<int> Trimmed(long[] shape) => shape.Skip(shape.Length > 2 ? shape.Take(shape.Length - 2).TakeWhile(d => d == 1).Count() : 0).Select(d => (int)d);

    /// <summary>Any numeric array as doubles; flags as 0 and 1.</summary>
    public static double[] Numbers(Array elements)
    {
        var numbers = new double[elements.Length];
        if (elements is bool[] flags)
            for (var i = 0; i < flags.Length; i++)
                numbers[i] = flags[i] ? 1 : 0;
        else
            BatchInput.Read(elements, numbers);
        return numbers;
    }

    private static OrtValue Of<T>(Array elements, long[] shape, Func<double, T> convert) where T : unmanaged
    {
        if (elements.GetType() == typeof(T[]))
            return OrtValue.CreateTensorValueFromMemory((T[])elements, shape);
        var numbers = elements as double[] ?? Numbers(elements);
        var converted = new T[numbers.Length];
        for (var i = 0; i < converted.Length; i++)
            converted[i] = convert(numbers[i]);
        return OrtValue.CreateTensorValueFromMemory(converted, shape);
    }

    private static Array Elements(OrtValue tensor, TensorElementType type) => type switch
    {
        TensorElementType.Double => tensor.GetTensorDataAsSpan<double>().ToArray(),
        TensorElementType.Float => tensor.GetTensorDataAsSpan<float>().ToArray(),
        TensorElementType.Float16 => Singles(tensor.GetTensorDataAsSpan<Float16>(), static v => (float)v),
        TensorElementType.BFloat16 => Singles(tensor.GetTensorDataAsSpan<BFloat16>(), static v => (float)v),
        TensorElementType.Int64 => tensor.GetTensorDataAsSpan<long>().ToArray(),
        TensorElementType.Int32 => tensor.GetTensorDataAsSpan<int>().ToArray(),
        TensorElementType.Int16 => tensor.GetTensorDataAsSpan<short>().ToArray(),
        TensorElementType.Int8 => tensor.GetTensorDataAsSpan<sbyte>().ToArray(),
        TensorElementType.UInt8 => tensor.GetTensorDataAsSpan<byte>().ToArray(),
        TensorElementType.UInt16 => tensor.GetTensorDataAsSpan<ushort>().ToArray(),
        TensorElementType.UInt32 => tensor.GetTensorDataAsSpan<uint>().ToArray(),
        TensorElementType.UInt64 => tensor.GetTensorDataAsSpan<ulong>().ToArray(),
        _ => tensor.GetTensorDataAsSpan<bool>().ToArray(),
    };

    private static float[] Singles<T>(ReadOnlySpan<T> elements, Func<T, float> convert)
    {
        var singles = new float[elements.Length];
        for (var i = 0; i < singles.Length; i++)
            singles[i] = convert(elements[i]);
        return singles;
    }
}
