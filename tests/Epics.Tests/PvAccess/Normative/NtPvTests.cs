using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.PvAccess;

public class NtPvTests
{
    // Phoebus has NaN and null for numbers and texts it never got; an IOC sends every field in the first update.
    [Theory]
    [InlineData(PvKind.Float64)]
    [InlineData(PvKind.Float64Array)]
    [InlineData(PvKind.String)]
    [InlineData(PvKind.Image)]
    public void The_first_update_has_every_field_but_a_value_that_does_not_exist_yet(PvKind kind)
    {
        var pv = NtPv.For(kind, null, NtOptions.All);
        var layout = pv.Value.Layout;
        Assert.Equal(["value"], Enumerable.Range(0, layout.Count).Where(i => layout.Nodes[i].Code != PvaTypeCode.Structure && !pv.Assigned[i]).Select(layout.PathOf));
    }

    [Fact]
    public void An_enumeration_has_its_choices_before_it_has_an_index()
    {
        var pv = NtPv.For(PvKind.Enum, new PvMeta { Choices = ["Off", "On"] });
        Assert.Equal((true, false), (pv.Assigned[pv.Value.Layout.Nt.Choices], pv.Assigned[pv.Value.Layout.Nt.Index]));
    }
}
