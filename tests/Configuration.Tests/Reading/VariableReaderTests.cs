using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests.Reading;

public class VariableReaderTests
{
    /// <summary>Reads the variable <c>y</c> of the served output interface.</summary>
    private static PvVariable Output(string yaml, string type = "p4p_server") =>
        SpecReader.Read(Messages.Graph(("{proto: pva, name: PV:Y}", yaml), ("interface.p4p_server", $"interface.{type}")), "f.yaml", new() { Strict = true }).OrThrow().Interfaces.Last().Variables.Single();

    private static string[] Found(string yaml, string type = "p4p_server")
    {
        var read = SpecReader.Read(Messages.Graph(("{proto: pva, name: PV:Y}", yaml), ("interface.p4p_server", $"interface.{type}")), "f.yaml");
        return Messages.Texts(read.Errors.AddRange(read.Warnings));
    }

    [Fact]
    public void Defaults_are_upstreams()
    {
        var variable = Output("{proto: pva, name: 'LUME:Y'}");
        Assert.Equal(("y", "LUME:Y", PvProtocol.Pva, PvShape.Scalar, PvMode.InOut, null, null), (variable.Key, variable.PvName, variable.Protocol, variable.Shape, variable.Mode, variable.ImageSize, variable.Length));
        Assert.True(variable.Default.IsNone);
        Assert.Equal((InputRules.None, OutputRules.None), (variable.Input, variable.Output));
    }

    [Theory]
    [InlineData("scalar", PvShape.Scalar), InlineData("\"waveform\"", PvShape.Waveform), InlineData("array", PvShape.Array)]
    public void Shapes(string type, PvShape expected) => Assert.Equal(expected, Output($"{{proto: pva, type: {type}}}").Shape);

    [Fact]
    public void An_image_has_columns_x_and_rows_y() => Assert.Equal(new(640, 480), Output("{proto: pva, type: image, image_size: {x: 640, y: 480}}").ImageSize);

    [Fact]
    public void A_name_left_out_is_the_key() => Assert.Equal("y", Output("{proto: pva}").PvName);

    [Theory]
    [InlineData("\"PV\\nX\"", "U+000A")]
    [InlineData("\"PV\\e[31mX\"", "U+001B")]
    [InlineData("\"\\0\"", "U+0000")]
    public void A_name_has_no_control_characters(string name, string found) =>
        Assert.Contains(Found($"{{proto: pva, name: {name}}}"), text => text.Contains($"the name of a variable or PV holds the control character {found}", StringComparison.Ordinal));

    [Fact]
    public void A_name_stays_text() => Assert.Equal("010", Output("{proto: pva, name: 010}").PvName);

    [Theory]
    [InlineData("ca", PvProtocol.Ca), InlineData("ca_server", PvProtocol.Ca), InlineData("p4p", PvProtocol.Pva)]
    public void An_interface_of_one_protocol_needs_no_proto(string type, PvProtocol expected) => Assert.Equal(expected, Output("{name: X}", type).Protocol);

    [Fact]
    public void A_missing_proto_is_pva_with_a_reason_where_there_is_a_choice() =>
        Assert.Equal(["f.yaml:36:12: 'proto' is missing in modules.sink.config.variables.y; pva is taken. 'k2eg' speaks ca and pva: write which one."], Found("{name: X}", "k2eg"));

    [Theory]
    [InlineData("p4p_server", "{proto: ca}", "f.yaml:36:20: 'proto' in modules.sink.config.variables.y is 'ca'; expected pva. 'p4p_server' speaks pva only; use 'ca' or 'k2eg' for Channel Access.")]
    [InlineData("ca", "{proto: pva}", "f.yaml:36:20: 'proto' in modules.sink.config.variables.y is 'pva'; expected ca. 'ca' speaks ca only; use 'p4p' or 'k2eg' for pvAccess.")]
    [InlineData("p4p", "{proto: pav}", "f.yaml:36:20: 'proto' in modules.sink.config.variables.y is 'pav'; expected pva or ca. Did you mean 'pva'?")]
    [InlineData("p4p", "{type: picture}", "f.yaml:36:19: 'type' in modules.sink.config.variables.y is 'picture'; expected scalar, waveform, array or image")]
    [InlineData("p4p", "{mode: ot}", "f.yaml:36:19: 'mode' in modules.sink.config.variables.y is 'ot'; expected inout, in or out. Did you mean 'out'?")]
    [InlineData("p4p_server", "{type: image}", "f.yaml:36:12: 'image_size' is missing in modules.sink.config.variables.y; expected {x: columns, y: rows}. 'p4p_server' hosts the image and must know its size.")]
    [InlineData("p4p_server", "{type: image, image_size: {x: 3}}", "f.yaml:36:38: 'y' is missing in modules.sink.config.variables.y.image_size; expected the number of rows")]
    [InlineData("p4p", "{type: image, image_size: {x: 0, y: 3}}", "f.yaml:36:42: 'x' in modules.sink.config.variables.y.image_size is '0'; expected a whole number from 1 to 1000000")]
    [InlineData("p4p", "{type: waveform, length: 010}", "f.yaml:36:37: 'length' in modules.sink.config.variables.y is '010'; expected a whole number from 1 to 100000000. A leading zero is octal for some readers and not for others: write 10 or 0o10.")]
    [InlineData("p4p", "{length: 10}", "f.yaml:36:13: 'length' in modules.sink.config.variables.y has no effect on a scalar. Add 'type: waveform'.")]
    [InlineData("p4p", "{image_size: {x: 1, y: 1}}", "f.yaml:36:13: 'image_size' in modules.sink.config.variables.y has no effect on a scalar. Add 'type: image'.")]
    [InlineData("p4p", "PV:Y", "f.yaml:36:12: variable 'y' is 'PV:Y'; expected a mapping with 'proto' and 'name'. Write '{proto: pva, name: PV:Y}'.")]
    [InlineData("p4p", "{prto: pva}", "f.yaml:36:13: unknown key 'prto' in modules.sink.config.variables.y. Did you mean 'proto'?")]
    [InlineData("p4p", "{max_age: 1}", "f.yaml:36:13: 'max_age' in modules.sink.config.variables.y has no effect: the variable is only written. Remove it.")]
    public void What_is_wrong_is_named(string type, string yaml, string message) => Assert.Equal([message], Found(yaml, type));

    [Fact]
    public void An_image_of_a_client_needs_no_size() => Assert.Empty(Found("{type: image}", "p4p"));
}
