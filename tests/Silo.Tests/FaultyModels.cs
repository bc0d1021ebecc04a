using ModelManager.Models;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Silo.Tests;

/// <summary>Models with the inputs and output of <c>examples/simple</c> that fail, each in the way its folder is called.</summary>
internal sealed class FaultyModels : IModelLoader, IDisposable
{
    public const string Hangs = "hangs", Throws = "throws", Nan = "nan";

    private readonly TaskCompletionSource _hung = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _letGo = new();

    public FaultyModels()
    {
        foreach (var fault in Faults)
            Directory.CreateDirectory(Path.Combine(Folder, fault));
    }

    public static string[] Faults { get; } = [Hangs, Throws, Nan];

    public static string SimpleYaml => File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "examples", "simple", "pv_mapping.yaml"));

    public string Folder { get; } = Directory.CreateTempSubdirectory("mm-faulty-").FullName;

    public string Runtime => "faulty";

    /// <summary>Done when a thread is inside the model that hangs.</summary>
    public Task Hung => _hung.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public string? Refuses(ModelSource source) => Faults.Contains(Path.GetFileName(source.Path)) ? null : "not one of these";

    public IModel Load(ModelSource source, CancellationToken cancellation) => new Model(this, Path.GetFileName(source.Path));

    public void LetGo() => _letGo.Set();

    // The event is not disposed: a thread may still be on its way out of it.
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private sealed class Model(FaultyModels owner, string fault) : IModel
    {
        public ModelInfo Info { get; } = new(fault, "faulty", fault, [new ModelVariable("x1"), new ModelVariable("x2")], [new ModelVariable("y")]);

        public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
        {
            if (fault == Throws)
                throw new InvalidOperationException("broken on purpose");
            if (fault == Hangs)
            {
                owner._hung.TrySetResult();
                owner._letGo.Wait();
            }
            outputs[0] = PvValue.Double(double.NaN);
        }

        public void Dispose()
        {
        }
    }
}
