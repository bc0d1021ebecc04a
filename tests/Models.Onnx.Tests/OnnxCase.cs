using ModelManager.Models.Tests;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Onnx.Tests;

/// <summary>A file of <c>models/</c> (<c>models/make_models.py</c>), loaded.</summary>
internal static class OnnxCase
{
    public static string Folder { get; } = Path.Combine(SharedData.RepositoryRoot, "tests", "Models.Onnx.Tests", "models");

    public static string PathOf(string name) => Path.Combine(Folder, name + ".onnx");

    public static IModel Load(string name) => LoadFrom(PathOf(name));

    public static IModel LoadFrom(string path) => new OnnxModelLoader().Load(new ModelSource(path, "m"), CancellationToken.None);

    /// <summary>The file alone in a folder, with other files beside it.</summary>
    public static string CopyTo(TemporaryFolder folder, string name, params (string Name, string Text)[] beside)
    {
        foreach (var (file, text) in beside)
            folder.Write(file, text);
        var path = Path.Combine(folder.Path, "model.onnx");
        File.Copy(PathOf(name), path);
        return path;
    }

    public static PvValue[] Evaluate(this IModel model, params PvValue[] inputs)
    {
        var outputs = new PvValue[model.Info.Outputs.Length];
        model.Evaluate(inputs, outputs, []);
        return outputs;
    }

    public static PvValue D(double value) => PvValue.Double(value);

    public static string Refusal(Func<object?> code) => Assert.Throws<ModelException>(() => code()).Message;
}
