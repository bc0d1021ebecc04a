namespace ModelManager.Models.Torch;

/// <summary>Gauss-Jordan with partial pivoting, for the few columns a transformer has.</summary>
internal static class MatrixInverse
{
    /// <param name="matrix">[n][n], row by row; not changed.</param>
    /// <returns>Null when singular.</returns>
    public static double[]? Of(double[] matrix, int n)
    {
        var left = (double[])matrix.Clone();
        var right = new double[n * n];
        for (var i = 0; i < n; i++)
            right[i * n + i] = 1;
        for (var column = 0; column < n; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < n; row++)
                if (Math.Abs(left[row * n + column]) > Math.Abs(left[pivot * n + column]))
                    pivot = row;
            var divisor = left[pivot * n + column];
            if (divisor == 0 || !double.IsFinite(divisor))
                return null;
            Swap(left, pivot, column, n);
            Swap(right, pivot, column, n);
            for (var k = 0; k < n; k++)
            {
                left[column * n + k] /= divisor;
                right[column * n + k] /= divisor;
            }
            for (var row = 0; row < n; row++)
            {
                var factor = left[row * n + column];
                if (row == column || factor == 0)
                    continue;
                for (var k = 0; k < n; k++)
                {
                    left[row * n + k] -= factor * left[column * n + k];
                    right[row * n + k] -= factor * right[column * n + k];
                }
            }
        }
        return right;
    }

    private static void Swap(double[] matrix, int a, int b, int n)
    {
        if (a == b)
            return;
        for (var k = 0; k < n; k++)
            (matrix[a * n + k], matrix[b * n + k]) = (matrix[b * n + k], matrix[a * n + k]);
    }
}
