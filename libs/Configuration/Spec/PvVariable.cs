using ModelManager.Values;

namespace ModelManager.Configuration.Spec;

public enum PvShape { Scalar, Waveform, Array, Image }

public enum PvMode { InOut, In, Out }

public enum PvProtocol { Pva, Ca }

public enum InvalidInputPolicy { Propagate, Hold, Default, Skip }

/// <summary>One variable of an interface. Keys of the file that were absent are null; the defaults are those of upstream.md A4 and DESIGN section 11.</summary>
/// <param name="Key">The name inside the graph.</param>
/// <param name="PvName">The name at the source.</param>
public sealed record PvVariable(string Key, string PvName, SourceMark Where)
{
    public PvProtocol Protocol { get; init; } = PvProtocol.Pva;
    public PvShape Shape { get; init; } = PvShape.Scalar;
    public PvMode Mode { get; init; } = PvMode.InOut;
    /// <summary>The file says <c>mode</c>; otherwise <see cref="Mode"/> is upstream's default, whatever the module does.</summary>
    public bool HasMode { get; init; }
    /// <summary><c>image_size</c>: columns (x) and rows (y).</summary>
    public ImageSize? ImageSize { get; init; }
    /// <summary><c>length</c> of a waveform or array.</summary>
    public int? Length { get; init; }
    /// <summary><c>default</c>: initial value of a hosted PV, and the value of the <c>default</c> invalid-input policy.</summary>
    public PvValue Default { get; init; }
    public bool ComputeAlarm { get; init; }
    public bool EnforceControlLimits { get; init; }
    public Limits Display { get; init; }
    public Limits Control { get; init; }
    public double MinStep { get; init; }
    public string Units { get; init; } = "";
    public string Description { get; init; } = "";
    /// <summary><c>display.format</c> as written, or empty.</summary>
    public string DisplayFormat { get; init; } = "";
    public AlarmLimits? ValueAlarm { get; init; }
    public InputRules Input { get; init; } = InputRules.None;
    public OutputRules Output { get; init; } = OutputRules.None;
}

public sealed record ImageSize(int X, int Y);

/// <summary>Rules of an input variable (DESIGN section 11).</summary>
public sealed record InputRules(InvalidInputPolicy OnInvalid = InvalidInputPolicy.Propagate, TimeSpan? MaxAge = null)
{
    public static InputRules None { get; } = new();
}

/// <summary>Rules of an output variable (DESIGN sections 6 and 11). <paramref name="OnInvalid"/> null = hold; <paramref name="OnStop"/> null = nothing is written.</summary>
public sealed record OutputRules(
    double? DeadBand = null, TimeSpan? MaxRate = null, double? MaxStep = null, double? Low = null, double? High = null, PvValue? OnInvalid = null, PvValue? OnStop = null)
{
    public static OutputRules None { get; } = new();
}
