using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;

namespace ModelManager.Models.Onnx;

/// <summary>What one caller needs for calls of so many rows: input memory, output memory where its size is known, bound to the session once.</summary>
internal sealed class OnnxCall : IDisposable
{
    private readonly TensorBuffer?[] _inputs, _outputs;
    private readonly OrtIoBinding _binding;
    private readonly ImmutableArray<OnnxSlot> _outputSlots;
    private readonly bool _hasOpenOutputs;
    private readonly List<OrtValue> _passing = [];
    private bool _hasRun;

    public OnnxCall(InferenceSession session, ImmutableArray<OnnxSlot> inputs, ImmutableArray<OnnxSlot> outputs, int rows, bool bindOutputs)
    {
        Rows = rows;
        _outputSlots = outputs;
        _binding = session.CreateIoBinding();
        _inputs = [.. inputs.Select(slot => slot.Form == SlotForm.Scalars ? TensorBuffer.Create(slot.Type, slot.ShapeFor(rows)) : null)];
        _outputs = [.. outputs.Select(slot => bindOutputs ? TensorBuffer.Create(slot.Type, slot.ShapeFor(rows)) : null)];
        for (var i = 0; i < inputs.Length; i++)
            if (_inputs[i] is { } buffer)
                _binding.BindInput(inputs[i].Name, buffer.Tensor);
        _hasOpenOutputs = Array.Exists(_outputs, static buffer => buffer is null);
        BindOutputs();
    }

    public int Rows { get; }

    public void Set(OnnxSlot slot, int slotIndex, int row, int column, double value) => _inputs[slotIndex]!.Set(row * slot.Width + column, value);

    /// <summary>A tensor for this call only.</summary>
    public void Pass(string name, OrtValue tensor)
    {
        _passing.Add(tensor);
        _binding.BindInput(name, tensor);
    }

    public void Run(InferenceSession session, RunOptions options)
    {
        session.RunWithBinding(options, _binding);
        _hasRun = true;
    }

    public double Get(OnnxSlot slot, int slotIndex, int row, int column) => _outputs[slotIndex]!.Get(row * slot.Width + column);

    /// <summary>All outputs as tensors of this call, where they are not bound.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Outputs() => _binding.GetOutputValues();

    public void EndCall()
    {
        // What a run has left in an open output would be the memory of the next one, whose picture may have another size.
        if (_hasRun && _hasOpenOutputs)
        {
            _binding.ClearBoundOutputs();
            BindOutputs();
        }
        _hasRun = false;
        if (_passing.Count == 0)
            return;
        foreach (var tensor in _passing)
            tensor.Dispose();
        _passing.Clear();
    }

    private void BindOutputs()
    {
        for (var i = 0; i < _outputSlots.Length; i++)
            if (_outputs[i] is { } buffer)
                _binding.BindOutput(_outputSlots[i].Name, buffer.Tensor);
            else
                _binding.BindOutputToDevice(_outputSlots[i].Name, OrtMemoryInfo.DefaultInstance);
    }

    public void Dispose()
    {
        _hasRun = false;
        EndCall();
        _binding.Dispose();
        foreach (var buffer in _inputs.Concat(_outputs))
            buffer?.Dispose();
    }
}
