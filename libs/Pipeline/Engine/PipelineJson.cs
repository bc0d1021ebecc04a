using System.Text.Json.Serialization;

namespace ModelManager.Pipeline;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = false)]
[JsonSerializable(typeof(StateOfChildren.State))]
[JsonSerializable(typeof(EngineState))]
internal sealed partial class PipelineJson : JsonSerializerContext;
