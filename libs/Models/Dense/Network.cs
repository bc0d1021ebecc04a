namespace ModelManager.Models.Dense;

/// <summary>Layers whose widths fit together.</summary>
internal sealed record Network(int Inputs, int Outputs, IReadOnlyList<Layer> Layers)
{
    /// <summary>Checks every layer against the width that arrives at it.</summary>
    /// <exception cref="ModelException">They do not fit; the message says where.</exception>
    public static Network Of(string name, int inputs, IReadOnlyList<Layer> layers)
    {
        var width = inputs;
        for (var i = 0; i < layers.Count; i++)
        {
            var (needs, gives) = layers[i] switch
            {
                LinearLayer linear => (linear.Inputs, linear.Outputs),
                ScaleLayer scale => (scale.Scale.Length, scale.Scale.Length),
                UnscaleLayer unscale => (unscale.Offset.Length, unscale.Offset.Length),
                RowNormLayer norm => (norm.Width, norm.Width),
                _ => (width, width),
            };
            if (needs != width)
                throw new ModelException($"{name}: step {i + 1} ({layers[i].GetType().Name}) takes {needs} columns and {width} arrive at it");
            width = gives;
        }
        return new(inputs, width, layers);
    }
}
