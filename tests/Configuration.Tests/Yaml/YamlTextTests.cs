using System.Text;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Tests.Yaml;

public class YamlTextTests
{
    private static string[] Errors(byte[] bytes) => Messages.Texts(SpecReader.Read(bytes, "f.yaml").Errors);

    [Fact]
    public void A_byte_that_is_not_utf8_is_named_with_its_place() =>
        Assert.Equal(["f.yaml:2:5: byte 0xE9 is not UTF-8. Save the file as UTF-8."], Errors([.. "a: 1\nb: \u00fc"u8[..^2], .. "x"u8, 0xE9, .. "l\n"u8]));

    [Fact]
    public void Utf16_is_refused() => Assert.Equal(["f.yaml:1:1: the file is UTF-16; expected UTF-8. Save it as UTF-8."], Errors([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a: 1")]));

    [Fact]
    public void A_byte_order_mark_of_utf8_is_read_over() =>
        Assert.Equal(SpecDescription.Lines(SpecReader.Read(Messages.Graph(), "f.yaml").OrThrow()), SpecDescription.Lines(SpecReader.Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Messages.Graph())], "f.yaml").OrThrow()));

    [Fact]
    public void More_than_10_MB_is_refused()
    {
        const string Expected = "f.yaml:1:1: the file has 10,485,761 bytes; at most 10,485,760 are read. A configuration is text of some kilobytes: is this the right file?";
        Assert.Equal([Expected], Errors(new byte[YamlLimits.MaxBytes + 1]));
        Assert.Equal([Expected], Messages.Errors(new string('a', YamlLimits.MaxBytes + 1)));
    }

    [Fact]
    public void Windows_line_ends_count_as_one_line() =>
        Assert.Equal(["f.yaml:3:9: 'rate' in deployment is 'x'; expected a duration (0.1 for seconds, 500 ms, 2 s, 1 min)"],
            Messages.Errors("# c\r\ndeployment:\r\n  rate: x\r\n" + Messages.Graph(("deployment:\n  rate: 0.1\n", "")).ReplaceLineEndings("\r\n")));
}
