namespace ModelManager.Connectors.Simulation;

/// <summary>How a simulated value moves.</summary>
public enum SignalKind
{
    /// <summary>Stays at its mean.</summary>
    Constant,
    /// <summary>mean + amplitude * sin(2 pi t / period).</summary>
    Sine,
    /// <summary>A saw tooth from mean - amplitude up to mean + amplitude in one period.</summary>
    Ramp,
    /// <summary>The mean until one period after the start, mean + amplitude from then on.</summary>
    Step,
    /// <summary>mean + normal noise of standard deviation <c>noise</c>.</summary>
    Noise,
    /// <summary>Each pulse adds normal noise; stays between low and high where they are given.</summary>
    RandomWalk,
    /// <summary>mean + amplitude for half a period, mean - amplitude for the other half.</summary>
    Square,
}

/// <summary>What a simulated PV is.</summary>
public enum SignalShape
{
    Scalar,
    /// <summary>An array of <c>length</c> doubles: one wave of the signal, moving on with time.</summary>
    Waveform,
    /// <summary>A camera picture with a moving beam spot, <c>rows</c> x <c>cols</c>, as an image (NTNDArray).</summary>
    Image,
    /// <summary>The same picture as a flat array in row-major order, the Channel Access way.</summary>
    ImageFlat,
}

/// <summary>The settings of one simulated PV, those of <c>simulate.{PV}</c>. What is null has a default that depends on the others and on the declaration of the PV.</summary>
public sealed record SignalSpec
{
    public SignalKind? Kind { get; init; }
    public SignalShape? Shape { get; init; }
    /// <summary>Default: the PV's <c>default</c>, else the middle of its limits, else a value between 0.5 and 1.5 that belongs to its name.</summary>
    public double? Mean { get; init; }
    /// <summary>Default: a tenth of the distance of the limits, else a twentieth of the mean.</summary>
    public double? Amplitude { get; init; }
    /// <summary>Seconds; default between 8 and 16, by name.</summary>
    public double? Period { get; init; }
    /// <summary>Standard deviation; default 0, and a twentieth of the amplitude where no kind was given.</summary>
    public double? Noise { get; init; }
    /// <summary>No simulated value is below it.</summary>
    public double? Low { get; init; }
    /// <summary>No simulated value is above it.</summary>
    public double? High { get; init; }
    /// <summary>Rounded, and sent as a 32-bit integer.</summary>
    public bool Integer { get; init; }
    public string? Units { get; init; }
    /// <summary>Elements of a waveform.</summary>
    public int? Length { get; init; }
    public int? Rows { get; init; }
    public int? Columns { get; init; }
    /// <summary>The PV is gone for the last <c>For</c> seconds of every <c>Every</c> seconds.</summary>
    public Episode? DropOut { get; init; }
    /// <summary>The PV has an alarm for the last <c>For</c> seconds of every <c>Every</c> seconds.</summary>
    public AlarmEpisode? Alarm { get; init; }
}

/// <summary>Something that happens again and again: in the last <paramref name="For"/> seconds of every <paramref name="Every"/> seconds.</summary>
public readonly record struct Episode(double Every, double For)
{
    public bool IsOn(double seconds) => seconds % Every >= Every - For;
}

public sealed record AlarmEpisode(Episode When, Values.AlarmSeverity Severity, string Message);
