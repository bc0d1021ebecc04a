using System.Collections.Immutable;

namespace ModelManager.Configuration;

/// <summary>The module types that exist where a configuration is read: the built-in ones and those of plug-ins. An unknown one is an error with a did-you-mean.</summary>
/// <param name="Transformers">Transformer types of plug-ins; the built-in ones are always known.</param>
/// <param name="ModelGetters">Values of <c>config.type</c> of a model module that plug-ins add.</param>
public sealed record KnownModules(ImmutableArray<KnownInterface> Interfaces, ImmutableArray<string> Transformers, ImmutableArray<string> ModelGetters)
{
    private static readonly ImmutableArray<string> PvaKeys =
    [
        "EPICS_PVA_NAME_SERVERS", "EPICS_PVA_ADDR_LIST", "EPICS_PVA_AUTO_ADDR_LIST", "EPICS_PVA_BROADCAST_PORT", "EPICS_PVA_SERVER_PORT", "EPICS_PVA_INTF_ADDR_LIST", "EPICS_PVA_CONN_TMO",
    ];

    private static readonly ImmutableArray<string> PvaServerKeys =
    [
        .. PvaKeys, "port", "init", "intialize", "EPICS_PVAS_INTF_ADDR_LIST", "EPICS_PVAS_BEACON_ADDR_LIST", "EPICS_PVAS_AUTO_BEACON_ADDR_LIST", "EPICS_PVAS_SERVER_PORT",
        "EPICS_PVAS_BROADCAST_PORT", "EPICS_PVAS_IGNORE_ADDR_LIST", "advertise", "access_security", "access_macros",
    ];

    private static readonly ImmutableArray<string> CaKeys =
    [
        "EPICS_CA_NAME_SERVERS", "EPICS_CA_ADDR_LIST", "EPICS_CA_AUTO_ADDR_LIST", "EPICS_CA_SERVER_PORT", "EPICS_CA_REPEATER_PORT", "EPICS_CA_CONN_TMO", "EPICS_CA_MAX_SEARCH_PERIOD",
        "EPICS_CA_MAX_ARRAY_BYTES", "EPICS_CA_AUTO_ARRAY_BYTES", "EPICS_CA_MCAST_TTL",
    ];

    private static readonly ImmutableArray<string> CaServerKeys =
    [
        .. CaKeys, "port", "EPICS_CAS_INTF_ADDR_LIST", "EPICS_CAS_BEACON_ADDR_LIST", "EPICS_CAS_AUTO_BEACON_ADDR_LIST", "EPICS_CAS_SERVER_PORT", "EPICS_CAS_BEACON_PORT", "EPICS_CAS_BEACON_PERIOD",
        "EPICS_CAS_IGNORE_ADDR_LIST", "advertise", "access_security", "access_macros",
    ];

    /// <summary>The interfaces that come with Model Manager; no plug-ins.</summary>
    public static KnownModules BuiltIn { get; } = new(
        [
            new("p4p", PvaKeys) { Protocols = ["pva"] },
            new("p4p_server", PvaServerKeys) { Protocols = ["pva"], Serves = true },
            new("ca", CaKeys) { Protocols = ["ca"] },
            new("ca_server", CaServerKeys) { Protocols = ["ca"], Serves = true },
            new("k2eg", ["kafka_broker_url", "k2eg_cmd_topic", "reply_topic", "app_name", "environment", "timeout"]) { Protocols = ["ca", "pva"], OpenSettings = true },
            new("simulator", []) { OpenSettings = true },
            new("file", ["path", "format"]) { OpenSettings = true },
            new("memory", []) { OpenSettings = true },
            new("recording", ["path"]) { OpenSettings = true },
            new("fastapi_server", ["name", "host", "port", "start_server", "wait_for_server_start", "startup_timeout_s", "input_queue_max", "output_queue_max", "cors_origins"]),
        ],
        [],
        []);

    /// <summary>The same with the types of plug-ins added.</summary>
    public KnownModules With(IEnumerable<KnownInterface>? interfaces = null, IEnumerable<string>? transformers = null, IEnumerable<string>? modelGetters = null) =>
        new([.. Interfaces, .. interfaces ?? []], [.. Transformers, .. transformers ?? []], [.. ModelGetters, .. modelGetters ?? []]);

    /// <summary>The interface of a name; of two with one name the later (a plug-in's).</summary>
    public KnownInterface? Interface(string name) => Interfaces.LastOrDefault(i => i.Name == name);
}
