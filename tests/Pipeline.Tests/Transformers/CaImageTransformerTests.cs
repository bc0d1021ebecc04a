using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class CaImageTransformerTests
{
    private static readonly double[] OneToSix = [1, 2, 3, 4, 5, 6];

    private static PvSample[] Evaluate(PvValue image, PvValue x, PvValue y, ImageUnfold unfold = ImageUnfold.RowMajor) =>
        new NodeEvaluator(new CaImageTransformer(new([new CaImageSpec("img", "I", "X", "Y", unfold, Here)], Here)))
            .Evaluate([new(image, default, At(1)), new(x, default, At(2)), new(y, default, At(3))]);

    private static PvValue Whole(long value) => PvValue.Integer(PvKind.Int32, value);

    // upstream.md B2, run: X=3, Y=2, I=[1..6].
    [Fact]
    public void Row_major_gives_rows_of_x()
    {
        var image = Evaluate(PvValue.Array(OneToSix), Whole(3), Whole(2))[0].Value.AsImage();
        Assert.Equal([2, 3], image.Shape);
        Assert.Equal(OneToSix, image.Pixels);        // [[1,2,3],[4,5,6]] in C order
    }

    [Fact]
    public void Column_major_gives_x_by_y()
    {
        var image = Evaluate(PvValue.Array(OneToSix), Whole(3), Whole(2), ImageUnfold.ColumnMajor)[0].Value.AsImage();
        Assert.Equal([3, 2], image.Shape);
        Assert.Equal(OneToSix, image.Pixels);        // [[1,2],[3,4],[5,6]] in C order
    }

    [Theory]
    [InlineData(-1, 2, 2, 3)]
    [InlineData(3, -1, 2, 3)]
    [InlineData(3.9, 2.5, 2, 3)]        // int() truncates
    public void Sizes_are_truncated_and_minus_one_is_inferred(double x, double y, int rows, int columns)
    {
        var image = Evaluate(PvValue.Array(OneToSix), PvValue.Double(x), PvValue.Double(y))[0].Value.AsImage();
        Assert.Equal([rows, columns], image.Shape);
    }

    // Upstream logs and emits a stale image or 0; here that image is INVALID and says why.
    [Theory]
    [InlineData(4, 2, "6 elements do not fill x = 4 by y = 2")]
    [InlineData(-1, -1, "only one of x and y can be -1")]
    [InlineData(-1, 4, "6 elements cannot be divided by 4")]
    [InlineData(0, -1, "6 elements cannot be divided by 0")]
    [InlineData(-2, 3, "are not sizes of an image")]
    [InlineData(double.NaN, 3, "are not sizes of an image")]
    [InlineData(2, double.PositiveInfinity, "are not sizes of an image")]
    public void Sizes_that_do_not_fit_make_the_image_invalid(double x, double y, string why)
    {
        var sample = Evaluate(PvValue.Array(OneToSix), PvValue.Double(x), PvValue.Double(y))[0];
        Assert.True(sample.Value.IsNone);
        Assert.Equal(AlarmSeverity.Invalid, sample.Alarm.Severity);
        Assert.Contains("image 'img'", sample.Alarm.Message);
        Assert.Contains(why, sample.Alarm.Message);
    }

    [Fact]
    public void Values_of_the_wrong_kind_are_named()
    {
        Assert.Contains("I is String", Evaluate(PvValue.String("x"), Whole(3), Whole(2))[0].Alarm.Message);
        Assert.Contains("X is Float64Array", Evaluate(PvValue.Array(OneToSix), PvValue.Array(OneToSix), Whole(2))[0].Alarm.Message);
        Assert.Contains("Y is String", Evaluate(PvValue.Array(OneToSix), Whole(2), PvValue.String("2"))[0].Alarm.Message);
    }

    [Fact]
    public void The_element_type_is_kept()
    {
        var pixels = new byte[] { 1, 2, 3, 4, 5, 6 };
        Assert.Same(pixels, Evaluate(PvValue.Array(pixels), Whole(3), Whole(2))[0].Value.AsImage().Pixels);
    }

    // No junk keys, and an image does not wait for the channels of another (upstream waits for all).
    [Fact]
    public void Each_image_waits_for_its_own_three_channels()
    {
        var transformer = new CaImageTransformer(new([new("one", "I1", "X1", "Y1", ImageUnfold.RowMajor, Here), new("two", "I2", "X2", "Y2", ImageUnfold.RowMajor, Here)], Here));
        Assert.Equal(["one", "two"], transformer.Outputs);
        var one = new PvSample(PvValue.Double(1), default, At(1));
        var outputs = new NodeEvaluator(transformer).Evaluate([default, one, one, new(PvValue.Array(OneToSix), default, At(1)), new(Whole(3), default, At(1)), new(Whole(2), default, At(1))]);
        Assert.Equal(default, outputs[0]);
        Assert.Equal([2, 3], outputs[1].Value.AsImage().Shape);
    }

    [Fact]
    public void The_worst_alarm_and_newest_time_of_the_three_channels_count()
    {
        var evaluator = new NodeEvaluator(new CaImageTransformer(new([new("img", "I", "X", "Y", ImageUnfold.RowMajor, Here)], Here)));
        var sample = evaluator.Evaluate([
            new(PvValue.Array(OneToSix), new(AlarmSeverity.Minor, AlarmStatus.High, "I: HIGH"), At(9)), new(Whole(3), new(AlarmSeverity.Major, AlarmStatus.Soft, "X: odd"), At(8)), new(Whole(2), default, At(7))])[0];
        Assert.Equal(new Alarm(AlarmSeverity.Major, AlarmStatus.Soft, "X: odd"), sample.Alarm);
        Assert.Equal(At(9), sample.Time);
    }

    [Fact]
    public void A_channel_without_a_value_fails_the_image_with_its_own_reason()
    {
        var evaluator = new NodeEvaluator(new CaImageTransformer(new([new("img", "I", "X", "Y", ImageUnfold.RowMajor, Here)], Here)));
        var gone = new PvSample(default, Alarm.Invalid(AlarmStatus.Comm, "X: disconnected"), At(8));
        var sample = evaluator.Evaluate([new(PvValue.Array(OneToSix), default, At(9)), gone, new(Whole(2), default, At(7))])[0];
        Assert.True(sample.Value.IsNone);
        Assert.Equal(gone.Alarm, sample.Alarm);
    }
}
