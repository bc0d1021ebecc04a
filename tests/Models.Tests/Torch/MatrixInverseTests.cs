using ModelManager.Models.Torch;

namespace ModelManager.Models.Tests.Torch;

public class MatrixInverseTests
{
    [Fact]
    public void Inverts_what_needs_its_rows_exchanged() => Assert.Equal([0, 1, 0.5, 0], MatrixInverse.Of([0, 2, 1, 0], 2)!);

    [Fact]
    public void The_product_with_the_inverse_is_the_identity()
    {
        var random = new Random(2);
        var matrix = Enumerable.Range(0, 36).Select(_ => random.NextDouble() - 0.5).ToArray();
        var inverse = MatrixInverse.Of(matrix, 6)!;
        for (var row = 0; row < 6; row++)
            for (var column = 0; column < 6; column++)
                Assert.Equal(row == column ? 1 : 0, Enumerable.Range(0, 6).Sum(k => matrix[row * 6 + k] * inverse[k * 6 + column]), 1e-12);
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 2, 4 })]
    [InlineData(new double[] { 0, 0, 0, 0 })]
    [InlineData(new double[] { double.NaN, 0, 0, 1 })]
    public void A_singular_matrix_has_none(double[] matrix) => Assert.Null(MatrixInverse.Of(matrix, 2));
}
