using Parquet;
using Parquet.Schema;

namespace ModelManager.Connectors.Files;

/// <summary>Writes a list column from arrays of one element type; null = no list in this row.</summary>
internal static class ParquetLists
{
    public static Task Write(ParquetRowGroupWriter group, DataField field, Array?[] lists) => lists.FirstOrDefault(l => l is not null) switch
    {
        bool[] => Write<bool>(group, field, lists),
        sbyte[] when field.ClrType == typeof(sbyte) => Write<sbyte>(group, field, lists),
        byte[] => Write<byte>(group, field, lists),
        short[] when field.ClrType == typeof(short) => Write<short>(group, field, lists),
        ushort[] => Write<ushort>(group, field, lists),
        int[] when field.ClrType == typeof(int) => Write<int>(group, field, lists),
        uint[] => Write<uint>(group, field, lists),
        long[] when field.ClrType == typeof(long) => Write<long>(group, field, lists),
        ulong[] => Write<ulong>(group, field, lists),
        float[] => Write<float>(group, field, lists),
        string[] => Write<ReadOnlyMemory<char>>(group, field, Array.ConvertAll(lists, l => l is string[] texts ? Array.ConvertAll(texts, t => (t ?? "").AsMemory()) : null)),
        double[] => Write<double>(group, field, lists),
        _ => WriteNone(group, field, lists.Length),
    };

    private static Task Write<T>(ParquetRowGroupWriter group, DataField field, Array?[] lists) where T : struct
    {
        var (values, definitions, repetitions) = (new List<T>(), new List<int>(), new List<int>());
        foreach (var list in lists)
        {
            if (list is not { Length: > 0 })
            {
                // One level below an element: the list is there and empty; 0: it is not there.
                definitions.Add(list is null ? 0 : field.MaxDefinitionLevel - 1);
                repetitions.Add(0);
                continue;
            }
            for (var i = 0; i < list.Length; i++)
            {
                definitions.Add(field.MaxDefinitionLevel);
                repetitions.Add(i == 0 ? 0 : field.MaxRepetitionLevel);
            }
            values.AddRange((T[])list);
        }
        return group.WriteAllPartsAsync<T>(field, values.ToArray(), definitions.ToArray(), repetitions.ToArray(), CancellationToken.None);
    }

    private static Task WriteNone(ParquetRowGroupWriter group, DataField field, int rows)
    {
        var levels = new int[rows];
        return Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Boolean => group.WriteAllPartsAsync<bool>(field, Array.Empty<bool>(), levels, levels, CancellationToken.None),
            TypeCode.SByte => group.WriteAllPartsAsync<sbyte>(field, Array.Empty<sbyte>(), levels, levels, CancellationToken.None),
            TypeCode.Byte => group.WriteAllPartsAsync<byte>(field, Array.Empty<byte>(), levels, levels, CancellationToken.None),
            TypeCode.Int16 => group.WriteAllPartsAsync<short>(field, Array.Empty<short>(), levels, levels, CancellationToken.None),
            TypeCode.UInt16 => group.WriteAllPartsAsync<ushort>(field, Array.Empty<ushort>(), levels, levels, CancellationToken.None),
            TypeCode.Int32 => group.WriteAllPartsAsync<int>(field, Array.Empty<int>(), levels, levels, CancellationToken.None),
            TypeCode.UInt32 => group.WriteAllPartsAsync<uint>(field, Array.Empty<uint>(), levels, levels, CancellationToken.None),
            TypeCode.Int64 => group.WriteAllPartsAsync<long>(field, Array.Empty<long>(), levels, levels, CancellationToken.None),
            TypeCode.UInt64 => group.WriteAllPartsAsync<ulong>(field, Array.Empty<ulong>(), levels, levels, CancellationToken.None),
            TypeCode.Single => group.WriteAllPartsAsync<float>(field, Array.Empty<float>(), levels, levels, CancellationToken.None),
            TypeCode.Double => group.WriteAllPartsAsync<double>(field, Array.Empty<double>(), levels, levels, CancellationToken.None),
            _ => group.WriteAllPartsAsync<ReadOnlyMemory<char>>(field, Array.Empty<ReadOnlyMemory<char>>(), levels, levels, CancellationToken.None),
        };
    }
}
