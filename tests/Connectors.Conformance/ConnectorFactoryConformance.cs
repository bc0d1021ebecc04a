using ModelManager.Configuration.Spec;
using Xunit;

namespace ModelManager.Connectors.Conformance;

/// <summary>What every <see cref="IConnectorFactory"/> must do. An implementation's test class derives from this one.</summary>
public abstract class ConnectorFactoryConformance
{
    protected abstract IConnectorFactory Factory { get; }

    /// <summary>A module whose settings work.</summary>
    protected abstract InterfaceModule Good { get; }

    /// <summary>Modules that cannot work, and the setting or thing the message must name.</summary>
    protected abstract IEnumerable<(InterfaceModule Module, string Named)> Bad { get; }

    [Fact]
    public void The_type_is_a_word() => Assert.Matches("^[a-z][a-z0-9_]*$", Factory.Type);

    [Fact]
    public void The_same_module_has_the_same_sharing_key() => Assert.Equal(Factory.SharingKey(Good), Factory.SharingKey(Good with { }));

    [Fact]
    public void Other_settings_are_another_connection() =>
        Assert.NotEqual(Factory.SharingKey(Good), Factory.SharingKey(Good with { Settings = Good.Settings.SetItem("another", "1") }));

    [Fact]
    public async Task A_good_module_becomes_a_connector_with_what_it_needs()
    {
        await using var connector = Factory.Create(Good);
        Assert.True(!Good.IsSource || connector.Source is not null);
        Assert.True(!Good.IsSink || connector.Sink is not null);
    }

    [Fact]
    public void Settings_that_cannot_work_are_refused_with_place_module_and_setting() => Assert.All(Bad, bad =>
    {
        var error = Assert.Throws<ConnectorException>(() => Factory.Create(bad.Module));
        Assert.Contains(bad.Module.Where.ToString(), error.Message);
        Assert.Contains(bad.Module.Key, error.Message);
        Assert.Contains(bad.Named, error.Message);
    });
}
