using Microsoft.ML.OnnxRuntime;

namespace ModelManager.Benchmarks.Models;

/// <summary>The same model in ONNX Runtime, at its best here: one thread, OrtValues over arrays that live as long as the session.</summary>
internal sealed class OnnxPeer<T> : IDisposable where T : unmanaged
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue _input;
    private readonly string[] _inputNames, _outputNames;

    public OnnxPeer(string path, T[] rows, int count)
    {
        using var settings = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        _session = new InferenceSession(path, settings);
        _inputNames = [_session.InputMetadata.Keys.Single()];
        _outputNames = [_session.OutputMetadata.Keys.Single()];
        _input = OrtValue.CreateTensorValueFromMemory(rows, [count, rows.Length / count]);
    }

    public void Run()
    {
        using var results = _session.Run(_options, _inputNames, [_input], _outputNames);
        _ = results[0].GetTensorDataAsSpan<T>()[0];
    }

    public T[] Outputs()
    {
        using var results = _session.Run(_options, _inputNames, [_input], _outputNames);
        return results[0].GetTensorDataAsSpan<T>().ToArray();
    }

    public void Dispose()
    {
        _input.Dispose();
        _session.Dispose();
        _options.Dispose();
    }
}
