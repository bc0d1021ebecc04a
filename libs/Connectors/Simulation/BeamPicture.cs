namespace ModelManager.Connectors.Simulation;

/// <summary>A 12-bit camera picture in row-major order: an elliptic Gaussian spot that circles slowly around the middle and breathes, over a background with noise.</summary>
internal sealed class BeamPicture(int rows, int columns)
{
    private const double Peak = 3000, Background = 40;
    private const int NoiseBits = 4;

    public int Rows => rows;
    public int Columns => columns;

    /// <param name="phase">Radians of the circle.</param>
    /// <param name="random">The start of the noise.</param>
    public ushort[] At(double phase, ulong random)
    {
        // A Gaussian without tilt is a product of a row and a column profile: rows + columns exponentials, not rows x columns.
        var vertical = Profile(rows, 0.5 + 0.1 * Math.Sin(phase), 0.10 + 0.02 * Math.Sin(phase / 2));
        var horizontal = Profile(columns, 0.5 + 0.1 * Math.Cos(phase), 0.12 + 0.03 * Math.Cos(phase / 3));
        var pixels = new ushort[rows * columns];
        for (var y = 0; y < rows; y++)
        {
            var brightness = Peak * vertical[y];
            var row = pixels.AsSpan(y * columns, columns);
            for (var x = 0; x < row.Length; x++)
            {
                random = random * 6364136223846793005 + 1442695040888963407;
                row[x] = (ushort)(Background + (random >> (64 - NoiseBits)) + brightness * horizontal[x]);
            }
        }
        return pixels;
    }

    private static double[] Profile(int length, double centre, double sigma)
    {
        var profile = new double[length];
        for (var i = 0; i < length; i++)
        {
            var distance = ((i + 0.5) / length - centre) / sigma;
            profile[i] = Math.Exp(-distance * distance / 2);
        }
        return profile;
    }
}
