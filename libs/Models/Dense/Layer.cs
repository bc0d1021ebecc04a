namespace ModelManager.Models.Dense;

/// <summary>One step of a network over rows of numbers, as read from a file: what it computes, not how.</summary>
internal abstract record Layer;

/// <summary>y = W x + b.</summary>
/// <param name="Weight">[outputs][inputs], as torch keeps it.</param>
/// <param name="Bias">Null = none.</param>
internal sealed record LinearLayer(int Inputs, int Outputs, double[] Weight, double[]? Bias) : Layer;

/// <summary>The same function of every element.</summary>
internal sealed record ActivationLayer(Activation Function) : Layer;

/// <summary>Per column: x * Scale + Shift.</summary>
internal sealed record ScaleLayer(double[] Scale, double[] Shift) : Layer;

/// <summary>Per column: (x - Offset) / Divisor. Kept apart from <see cref="ScaleLayer"/> because dividing is not multiplying by the rounded inverse.</summary>
internal sealed record UnscaleLayer(double[] Offset, double[] Divisor) : Layer;

/// <summary>Each row to mean 0 and variance 1, then per column * Weight + Bias.</summary>
internal sealed record RowNormLayer(int Width, double Epsilon, double[]? Weight, double[]? Bias) : Layer;

internal enum ActivationKind : byte { Elu, Relu, LeakyRelu, Tanh, Sigmoid, Silu, Gelu, GeluTanh, Softplus, Softsign }

/// <param name="A">ELU alpha, LeakyReLU slope, Softplus beta.</param>
/// <param name="B">Softplus threshold.</param>
internal readonly record struct Activation(ActivationKind Kind, double A = 0, double B = 0);
