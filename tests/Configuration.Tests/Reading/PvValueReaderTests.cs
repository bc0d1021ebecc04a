using ModelManager.Values;

namespace ModelManager.Configuration.Tests.Reading;

public class PvValueReaderTests
{
    private static PvValue Default(string yaml) =>
        SpecReader.Read(Messages.Graph(("{proto: pva, name: PV:Y}", yaml)), "f.yaml", new() { Strict = true }).OrThrow().Interfaces.Last().Variables.Single().Default;

    [Fact]
    public void A_number_is_a_double() => Assert.Equal(PvValue.Double(3), Default("{default: 3}"));

    [Fact]
    public void Text_in_quotes_is_text() => Assert.Equal(PvValue.String("3"), Default("{default: '3'}"));

    [Fact]
    public void True_is_a_truth_value() => Assert.Equal(PvValue.Boolean(true), Default("{default: true}"));

    [Fact]
    public void A_list_is_an_array_of_doubles() => Assert.Equal(PvValue.Array(new[] { 1.0, 2.5 }), Default("{type: waveform, default: [1, 2.5]}"));

    [Fact]
    public void A_list_of_quoted_texts_is_an_array_of_texts() => Assert.Equal(PvValue.Array(new[] { "a", "b" }), Default("{type: array, default: ['a', 'b']}"));

    [Theory, InlineData("{type: waveform, default: 7, length: 3}", 3), InlineData("{type: waveform, default: 7}", 10)]
    public void One_number_fills_a_waveform(string yaml, int length) => Assert.Equal(PvValue.Array(Enumerable.Repeat(7.0, length).ToArray()), Default(yaml));

    [Fact]
    public void A_default_gives_its_length() =>
        Assert.Equal(2, SpecReader.Read(Messages.Graph(("{proto: pva, name: PV:Y}", "{type: waveform, default: [1, 2]}")), "f.yaml").OrThrow().Interfaces.Last().Variables.Single().Length);

    /// <summary>Not square, so that swapped axes show: 2 rows (y) of 3 columns (x).</summary>
    [Fact]
    public void A_list_of_rows_is_an_image()
    {
        var image = Default("{type: image, image_size: {x: 3, y: 2}, default: [[1, 2, 3], [4, 5, 6]]}").AsImage();
        Assert.Equal([2, 3], image.Shape);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], (double[])image.Pixels);
    }

    [Fact]
    public void One_number_fills_an_image() => Assert.Equal([2, 3], Default("{type: image, image_size: {x: 3, y: 2}, default: 1}").AsImage().Shape);

    [Theory]
    [InlineData("{default: [1, 2]}", "f.yaml:36:22: 'default' in modules.sink.config.variables.y is a list; expected one value. Add 'type: waveform' for a list, 'type: image' for a list of rows.")]
    [InlineData("{type: waveform, length: 3, default: [1, 2]}", "f.yaml:36:49: 'default' in modules.sink.config.variables.y has 2 elements; 'length' says 3. Make them equal, or leave 'length' out.")]
    [InlineData("{type: waveform, default: [1, x]}", "f.yaml:36:42: 'default' in modules.sink.config.variables.y lists 'x'; expected numbers")]
    [InlineData("{type: waveform, default: {a: 1}}", "f.yaml:36:38: 'default' in modules.sink.config.variables.y is a mapping; expected a list of numbers, or one number for all of them")]
    [InlineData("{type: image, image_size: {x: 3, y: 2}, default: [[1, 2], [3, 4], [5, 6]]}", "f.yaml:36:61: 'default' in modules.sink.config.variables.y has 3 rows of 2; 'image_size' says y 2 and x 3. y is the number of rows, x of columns.")]
    [InlineData("{type: image, default: [[1, 2], [3]]}", "f.yaml:36:44: this row of 'default' in modules.sink.config.variables.y has 1 number; the first has 2")]
    public void What_does_not_fit_is_named(string yaml, string message) => Assert.Equal([message], Messages.Errors(Messages.Graph(("{proto: pva, name: PV:Y}", yaml))));
}
