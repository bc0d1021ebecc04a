using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

/// <summary>The shape of an image that arrives as a flat array with its sizes (upstream.md B2).</summary>
internal static class ImageReshape
{
    /// <summary>row_major: (y, x), the array in C order. column_major: (x, y), which is numpy's <c>reshape((Y,X),'F').T</c>. Both leave the elements where they are.</summary>
    /// <param name="x">Columns, truncated; -1 = from the length.</param>
    /// <param name="y">Rows, truncated; -1 = from the length.</param>
    /// <param name="problem">Null, or why no image can be made.</param>
    public static ImmutableArray<int> Shape(int length, double x, double y, ImageUnfold unfold, out string? problem)
    {
        problem = null;
        if (!IsSize(x) || !IsSize(y))
            problem = $"sizes x = {x} and y = {y} are not sizes of an image";
        else
        {
            var (columns, rows) = ((long)x, (long)y);
            if (columns == -1 && rows == -1)
                problem = "only one of x and y can be -1";
            else if (columns == -1)
                columns = Infer(length, rows, out problem);
            else if (rows == -1)
                rows = Infer(length, columns, out problem);
            if (problem is null && columns * rows != length)
                problem = $"{length} elements do not fill x = {columns} by y = {rows}";
            if (problem is null)
                return unfold == ImageUnfold.RowMajor ? [(int)rows, (int)columns] : [(int)columns, (int)rows];
        }
        return [];
    }

    private static bool IsSize(double size) => Math.Truncate(size) is >= -1 and <= int.MaxValue;

    private static long Infer(int length, long other, out string? problem)
    {
        problem = other > 0 && length % other == 0 ? null : $"{length} elements cannot be divided by {other}";
        return problem is null ? length / other : 0;
    }
}
