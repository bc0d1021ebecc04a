using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Simulation;

/// <summary>The value of one simulated PV at a pulse. Everything but the random walk is a function of the pulse and its time; the walk also of the pulses it was asked for before.</summary>
internal sealed class Signal
{
    private const int DefaultLength = 10, DefaultRows = 480, DefaultColumns = 640;

    private readonly Chance _chance;
    private readonly SignalKind _kind;
    private readonly SignalShape _shape;
    private readonly double _mean, _amplitude, _period, _noise, _low, _high;
    private readonly bool _integer;
    private readonly int _length;
    private readonly BeamPicture? _picture;
    private double _walk;

    public Signal(PvVariable variable, SignalSpec spec, long seed)
    {
        _chance = new(seed, variable.PvName);
        _kind = spec.Kind ?? SignalKind.Sine;
        _shape = spec.Shape ?? variable.Shape switch
        {
            PvShape.Image => SignalShape.Image,
            PvShape.Waveform or PvShape.Array => SignalShape.Waveform,
            _ => SignalShape.Scalar,
        };
        var limits = variable.Control.AreSet ? variable.Control : variable.Display;
        double? low = spec.Low ?? (limits.AreSet ? limits.Low : null), high = spec.High ?? (limits.AreSet ? limits.High : null);
        // Numbers below -1 never come up as pulses: these two belong to the name alone.
        var ofName = new Chance(0, variable.PvName);
        _mean = spec.Mean ?? (variable.Default.Kind.IsNumericScalar() ? variable.Default.AsDouble() : low is { } l && high is { } h ? (l + h) / 2 : 0.5 + ofName.Even(-1));
        _amplitude = spec.Amplitude ?? (low is { } from && high is { } to ? (to - from) / 10 : _mean == 0 ? 0.05 : Math.Abs(_mean) / 20);
        _period = spec.Period ?? 8 * (1 + ofName.Even(-2));
        _noise = spec.Noise ?? (spec.Kind is null ? _amplitude / 20 : _kind is SignalKind.Noise or SignalKind.RandomWalk ? _amplitude : 0);
        (_low, _high) = (low ?? double.NegativeInfinity, high ?? double.PositiveInfinity);
        _integer = spec.Integer;
        _walk = _mean;
        if (_shape is SignalShape.Image or SignalShape.ImageFlat)
            _picture = new(spec.Rows ?? variable.ImageSize?.Y ?? DefaultRows, spec.Columns ?? variable.ImageSize?.X ?? DefaultColumns);
        _length = spec.Length ?? variable.Length ?? (variable.Default.Kind.IsArray() ? variable.Default.AsArray().Length : DefaultLength);
    }

    public PvKind Kind => _shape switch
    {
        SignalShape.Waveform => PvKind.Float64Array,
        SignalShape.Image => PvKind.Image,
        SignalShape.ImageFlat => PvKind.UInt16Array,
        _ => _integer ? PvKind.Int32 : PvKind.Float64,
    };

    /// <param name="pulse">Counts from 0; each pulse is asked for once, in order.</param>
    /// <param name="seconds">The time of the pulse since the start.</param>
    public PvValue At(long pulse, double seconds) => _shape switch
    {
        SignalShape.Waveform => PvValue.Array(Wave(pulse, seconds)),
        SignalShape.Image => PvValue.Image(new PvImage(Picture(pulse, seconds), [_picture!.Rows, _picture.Columns], UniqueId: (int)(pulse & int.MaxValue))),
        SignalShape.ImageFlat => PvValue.Array(Picture(pulse, seconds)),
        _ => Scalar(pulse, seconds),
    };

    private PvValue Scalar(long pulse, double seconds)
    {
        var value = Bounded(_kind == SignalKind.RandomWalk ? Walk(pulse) : Ideal(seconds) + Noise(pulse));
        return _integer ? PvValue.Integer(PvKind.Int32, (long)Math.Round(value)) : PvValue.Double(value);
    }

    private double[] Wave(long pulse, double seconds)
    {
        var wave = new double[_length];
        for (var i = 0; i < wave.Length; i++)
            wave[i] = Bounded(Ideal(seconds + _period * i / wave.Length) + (_noise == 0 ? 0 : _noise * _chance.Normal(pulse * _length + i)));
        return wave;
    }

    private ushort[] Picture(long pulse, double seconds) =>
        _picture!.At(2 * Math.PI * seconds / _period, _chance.Stream(pulse));

    private double Ideal(double seconds)
    {
        var phase = seconds / _period;
        return _kind switch
        {
            SignalKind.Sine => _mean + _amplitude * Math.Sin(2 * Math.PI * phase),
            SignalKind.Ramp => _mean + _amplitude * (2 * (phase - Math.Floor(phase)) - 1),
            SignalKind.Step => phase < 1 ? _mean : _mean + _amplitude,
            SignalKind.Square => phase - Math.Floor(phase) < 0.5 ? _mean + _amplitude : _mean - _amplitude,
            _ => _mean,
        };
    }

    private double Noise(long pulse) => _noise == 0 ? 0 : _noise * _chance.Normal(pulse);

    private double Walk(long pulse)
    {
        if (pulse > 0)
            _walk = Bounded(_walk + Noise(pulse));
        return _walk;
    }

    private double Bounded(double value) => Math.Min(Math.Max(value, _low), _high);
}
