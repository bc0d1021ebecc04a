using Microsoft.ML.OnnxRuntime;

namespace ModelManager.Models.Onnx;

/// <summary>ONNX models in ONNX Runtime's CPU provider. Which shapes are scalars, arrays and images stands in docs/runtimes.md.</summary>
public sealed class OnnxModelLoader : IModelLoader
{
    /// <summary>What <see cref="ModelInfo.Runtime"/> says.</summary>
    public const string RuntimeName = "onnx";

    public string Runtime => RuntimeName;

    public string? Refuses(ModelSource source)
    {
        try
        {
            OnnxArtifact.Open(source);
            return null;
        }
        catch (ModelException refused)
        {
            return refused.Message;
        }
    }

    public string Digest(ModelSource source) => OnnxArtifact.Open(source).Digest();

    public IModel Load(ModelSource source, CancellationToken cancellation)
    {
        var artifact = OnnxArtifact.Open(source);
        var session = Open(artifact);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            return Build(artifact, session, source.Name);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static InferenceSession Open(OnnxArtifact artifact)
    {
        // One thread per call and many calls beside each other: with more, threads of one call wait for each other when the machine is busy (docs/runtimes.md).
        using var settings = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // Errors come as exceptions, which are told with the model's name.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            // From the bytes that were hashed; external data is found from the file's own place only.
            return artifact.External.Count == 0 ? new InferenceSession(artifact.Bytes, settings) : new InferenceSession(artifact.Path, settings);
        }
        catch (OnnxRuntimeException refused)
        {
            throw OnnxRefusal.Of(artifact, refused);
        }
    }

    private static OnnxModel Build(OnnxArtifact artifact, InferenceSession session, string name)
    {
        var declared = artifact.Declared;
        var inputs = OnnxSlot.Of(artifact.FileName, Ordered(session.InputNames, session.InputMetadata), declared.Inputs, imagesAround: false);
        var scalars = inputs.All(slot => slot.Form == SlotForm.Scalars);
        // An open first dimension of an output counts rows, unless the inputs are images without one.
        var counted = scalars || inputs.Any(slot => slot.Form == SlotForm.Image && slot.Dimensions.Length > 2 && slot.Dimensions[0] == -1);
        var outputs = OnnxSlot.Of(artifact.FileName, Ordered(session.OutputNames, session.OutputMetadata), declared.Outputs, imagesAround: !counted);
        if (inputs.IsEmpty || outputs.IsEmpty)
            throw new ModelException($"{artifact.FileName}: it has {inputs.Length} inputs and {outputs.Length} outputs; a model needs one of each");
        // Only then is the size of every output known before the call.
        var hasRows = scalars && inputs.All(slot => slot.HasRows) && outputs.All(slot => slot.HasRows && slot.Dimensions[^1] is var last && (slot.Dimensions.Length < 2 || last > 0));
        var info = new ModelInfo(name, RuntimeName, artifact.Digest(),
            OnnxSlot.Variables(artifact.FileName, inputs, declared.Inputs, "inputs", declared.Source), OnnxSlot.Variables(artifact.FileName, outputs, declared.Outputs, "outputs", declared.Source));
        return new OnnxModel(session, info, inputs, outputs, hasRows);
    }

    private static IEnumerable<KeyValuePair<string, NodeMetadata>> Ordered(IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        names.Select(name => KeyValuePair.Create(name, metadata[name]));
}
