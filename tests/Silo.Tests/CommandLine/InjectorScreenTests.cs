using System.Xml.Linq;
using ModelManager.Configuration;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.CommandLine;

/// <summary>The Phoebus screen of the demo, without Phoebus: well-formed, and every PV on it is one the demo serves.</summary>
public sealed class InjectorScreenTests
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "examples", "injector");
    private static readonly XDocument Screen = XDocument.Load(Path.Combine(Folder, "injector.bob"));

    [Fact]
    public void Every_PV_is_an_input_an_output_or_a_status_of_the_demo()
    {
        var spec = SpecReader.ReadFile(Path.Combine(Folder, "pv_mapping.yaml"), new SpecReaderOptions()).OrThrow();
        string[] status = ["STATE", "RATE", "LATENCY:P50", "LATENCY:P99", "DROPS", "MODEL:NAME", "MODEL:VERSION", "EPOCH", "LAST_ERROR", "HEARTBEAT", "CMD"];
        var served = spec.Interfaces.SelectMany(i => i.Variables).Select(v => v.PvName).Concat(status.Select(s => $"MM:injector:{s}")).ToHashSet();

        var shown = Screen.Descendants("pv_name").Concat(Screen.Descendants("y_pv")).Select(e => e.Value).ToArray();

        Assert.True(shown.Length > 20);
        Assert.All(shown, pv => Assert.StartsWith("pva://", pv, StringComparison.Ordinal));
        Assert.Empty(shown.Select(pv => pv["pva://".Length..]).Except(served));
    }

    [Fact]
    public void Every_widget_has_a_name_and_a_place_on_the_screen()
    {
        var widgets = Screen.Descendants("widget").ToArray();
        int Of(XElement widget, string name) => int.Parse(widget.Element(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
        var (width, height) = (Of(Screen.Root!, "width"), Of(Screen.Root!, "height"));

        Assert.NotEmpty(widgets);
        Assert.All(widgets, w => Assert.False(string.IsNullOrWhiteSpace(w.Element("name")!.Value)));
        Assert.All(widgets, w => Assert.True(Of(w, "x") >= 0 && Of(w, "y") >= 0 && Of(w, "x") + Of(w, "width") <= width && Of(w, "y") + Of(w, "height") <= height, w.ToString()));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("rollback")]
    public void There_is_a_button_for_each_command(string command) => Assert.Contains(
        Screen.Descendants("action"), a => a.Attribute("type")!.Value == "write_pv" && a.Element("value")!.Value == command && a.Element("pv_name")!.Value == "pva://MM:injector:CMD");
}
