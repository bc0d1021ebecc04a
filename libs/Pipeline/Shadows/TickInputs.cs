using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What a tick was computed from: stamp, severity and scalar value of the inputs that are looked at. Ticks with equal ones came from the same inputs.</summary>
/// <remarks>Arrays, images and texts count by their stamp: their content is not looked at.</remarks>
internal sealed class TickInputs : IEquatable<TickInputs>
{
    private readonly Mark[] _marks;
    private readonly int _hash;

    private readonly record struct Mark(PvTime Time, AlarmSeverity Severity, PvKind Kind, long Bits);

    /// <param name="places">Places of the inputs in <see cref="TickRecord.Inputs"/>, in an order that both sides share.</param>
    public TickInputs(TickRecord record, ReadOnlySpan<int> places)
    {
        _marks = new Mark[places.Length];
        var hash = new HashCode();
        for (var i = 0; i < places.Length; i++)
        {
            var sample = record.Inputs[places[i]].Sample;
            _marks[i] = new(sample.Time, sample.Alarm.Severity, sample.Value.Reference is null ? sample.Value.Kind : PvKind.None, sample.Value.RawBits);
            hash.Add(_marks[i]);
        }
        _hash = hash.ToHashCode();
    }

    public bool Equals(TickInputs? other) => other is not null && _hash == other._hash && _marks.AsSpan().SequenceEqual(other._marks);

    public override bool Equals(object? obj) => Equals(obj as TickInputs);

    public override int GetHashCode() => _hash;
}
