using ModelManager.Client;
using ModelManager.Grains;
using ModelManager.Values;

namespace ModelManager.Silo.Api;

/// <summary>A tick record, in the words of the API.</summary>
internal static class TickView
{
    public static DeploymentTick Of(TickReport tick) => new()
    {
        Id = DeploymentNames.Shown(tick.Id),
        Generation = tick.Generation,
        Epoch = tick.Epoch,
        Sequence = tick.Sequence,
        Cause = tick.Cause,
        CausedBy = tick.CausedBy,
        At = tick.At,
        Times = new(tick.Started, tick.Model, tick.ModelDone, tick.Done),
        Sets = tick.Sets,
        Merged = tick.Merged,
        Dropped = tick.Dropped,
        ModelDigests = tick.ModelDigests,
        Inputs = Views.Readings(tick.Inputs),
        ModelInputs = Views.Readings(tick.ModelInputs),
        ModelOutputs = Views.Readings(tick.ModelOutputs),
        Outputs = [.. tick.Outputs.Sets.SelectMany(set => set.Updates).Select((update, i) => Output(update, tick.Puts[i]))],
        AlarmCauses = tick.AlarmCauses,
    };

    private static TickOutput Output(in PvUpdate update, string put)
    {
        var reading = PvJson.Reading(update);
        return new(reading.Name, reading.Value, reading.Severity, reading.Status, reading.Message, reading.Time, reading.UserTag, reading.Units, put);
    }
}
