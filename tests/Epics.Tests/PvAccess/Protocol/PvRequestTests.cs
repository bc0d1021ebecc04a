using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class PvRequestTests
{
    private static readonly StructureLayout Layout = NtTypes.Scalar(PvaTypeCode.Float64, NtOptions.Display).Layout;

    [Theory]
    [InlineData("field(value,alarm.severity)", new[] { "value", "alarm.severity" })]
    [InlineData("field(alarm)", new[] { "alarm.severity", "alarm.status", "alarm.message" })]
    [InlineData("value", new[] { "value" })]
    [InlineData("field(timeStamp.nanoseconds)record[queueSize=7]", new[] { "timeStamp.nanoseconds" })]
    public void Selects_leaf_fields(string text, string[] paths)
    {
        var mask = new PvRequest(PvRequest.Parse(text)).Select(Layout)!;
        Assert.Equal(paths, Enumerable.Range(0, Layout.Count).Where(bit => mask[bit]).Select(Layout.PathOf));
    }

    [Fact]
    public void Nothing_named_means_everything()
    {
        Assert.Equal(Layout.Leaves, new PvRequest(null).Select(Layout));
        Assert.Equal(Layout.Leaves, new PvRequest(new PvaStructure(FieldDesc.Structure(""))).Select(Layout));
        Assert.Equal(Layout.Leaves, new PvRequest(PvRequest.Everything).Select(Layout));
    }

    [Fact]
    public void Only_unknown_fields_select_nothing() => Assert.Null(new PvRequest(PvRequest.Parse("field(nosuch)")).Select(Layout));

    [Fact]
    public void Options_are_read_as_texts_or_typed()
    {
        var text = new PvRequest(PvRequest.Parse("record[pipeline=true,queueSize=16]"));
        Assert.Equal((true, 16), (text.Pipeline, text.QueueSize));

        var options = FieldDesc.Structure("", ("pipeline", FieldDesc.Of(PvaTypeCode.Boolean)), ("queueSize", FieldDesc.Of(PvaTypeCode.Int32)));
        var typed = new PvaStructure(FieldDesc.Structure("", ("record", FieldDesc.Structure("", ("_options", options)))))
        {
            ["record._options.pipeline"] = true,
            ["record._options.queueSize"] = 9,
        };
        Assert.Equal((true, 9), (new PvRequest(typed).Pipeline, new PvRequest(typed).QueueSize));
        Assert.Equal((false, 4), (new PvRequest(null).Pipeline, new PvRequest(null).QueueSize));
    }

    [Fact]
    public void A_queue_nobody_could_pay_for_is_cut() => Assert.Equal(1 << 16, new PvRequest(PvRequest.Parse("record[queueSize=999999999]")).QueueSize);

    [Fact]
    public void The_bytes_are_those_of_pvmonitor()
    {
        // raw-monitor-overrun-cpp without its cache: record[pipeline=true,queueSize=4], field {} second.
        using var writer = new WireWriter();
        new ValueWriter(new TypeWriter(useCache: false)).WriteTyped(writer, PvRequest.Parse("field(value)record[pipeline=true,queueSize=4]"));
        // pvxs-monitor-pipeline: the request after the sub-command 88.
        Assert.Equal("800002056669656C648000010576616C7565800000067265636F7264800001085F6F7074696F6E7380000208706970656C696E656009717565756553697A6560047472756501" + "34",
            Convert.ToHexString(writer.Written));
    }

    [Theory]
    [InlineData("field(value")]
    [InlineData("record[pipeline]")]
    public void Half_a_request_is_refused(string text) => Assert.Throws<FormatException>(() => PvRequest.Parse(text));
}
