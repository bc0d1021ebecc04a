using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ModelManager.Grains.Storage;

/// <summary>The version of a state's JSON: written as <c>schema</c>, and raised whenever the shape changes.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StateSchemaAttribute(string name, int version) : Attribute
{
    public string Name { get; } = name;
    public int Version { get; } = version;
}

/// <summary>A pure step from one version of a state's JSON to the next. Each has a golden file in the tests.</summary>
public interface IStateUpgrade
{
    string Name { get; }
    int From { get; }
    JsonObject Apply(JsonObject state);
}

public sealed class StateFormatException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Grain state to JSON with its schema version, and back through the upgrades that lie between.</summary>
public sealed class StateSerializer(IEnumerable<IStateUpgrade> upgrades)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Stored beside nothing that interprets HTML: quotes and plus signs stay readable.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Dictionary<(string Name, int From), IStateUpgrade> _upgrades = upgrades.ToDictionary(upgrade => (upgrade.Name, upgrade.From));

    public string Write<T>(T state)
    {
        var json = JsonSerializer.SerializeToNode(state, Options)!.AsObject();
        json.Insert(0, "schema", SchemaOf(typeof(T)).Version);
        return json.ToJsonString(Options);
    }

    /// <exception cref="StateFormatException">Not JSON of this state, or written by a newer program.</exception>
    public T Read<T>(string text)
    {
        var schema = SchemaOf(typeof(T));
        try
        {
            var json = JsonNode.Parse(text)!.AsObject();
            var version = json["schema"]!.GetValue<int>();
            if (version > schema.Version)
                throw new StateFormatException($"the stored {schema.Name} has schema {version}, this program reads up to {schema.Version}: use the newer program, or restore a backup");
            for (; version < schema.Version; version++)
                json = _upgrades.TryGetValue((schema.Name, version), out var upgrade)
                    ? upgrade.Apply(json)
                    : throw new StateFormatException($"no upgrade of {schema.Name} from schema {version}");
            json.Remove("schema");
            return json.Deserialize<T>(Options) ?? throw new StateFormatException($"the stored {schema.Name} is empty");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new StateFormatException($"the stored {schema.Name} is not readable: {error.Message}", error);
        }
    }

    private static StateSchemaAttribute SchemaOf(Type type) =>
        (StateSchemaAttribute?)Attribute.GetCustomAttribute(type, typeof(StateSchemaAttribute)) ?? throw new StateFormatException($"{type.Name} has no [StateSchema]");
}
