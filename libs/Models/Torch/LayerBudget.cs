using ModelManager.Models.Dense;

namespace ModelManager.Models.Torch;

/// <summary>Counts what one file is unpacked to: a module or a weight that is named a thousand times is a thousand layers in memory.</summary>
internal sealed class LayerBudget(string file, TorchLimits limits)
{
    private long _elements;
    private int _layers, _modules;

    /// <exception cref="TorchFileException">Too many.</exception>
    public void Visit()
    {
        if (++_modules > 4 * limits.Layers)
            throw new TorchFileException(file, $"more than {4 * limits.Layers:N0} modules");
    }

    /// <exception cref="TorchFileException">Too many.</exception>
    public void Spend(Layer layer)
    {
        if (++_layers > limits.Layers)
            throw new TorchFileException(file, $"more than {limits.Layers:N0} layers");
        Spend(layer is LinearLayer linear ? linear.Weight.LongLength : 0);
    }

    public void Spend(long elements)
    {
        _elements += elements;
        if (_elements > limits.Elements)
            throw new TorchFileException(file, $"its layers have more than {limits.Elements:N0} weights together");
    }
}
