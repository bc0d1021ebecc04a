using ModelManager.Client;
using ModelManager.Grains;

namespace ModelManager.Silo.Api;

/// <summary>A comparison with the original, in the words of the API.</summary>
internal static class ShadowView
{
    public static DeploymentShadow Of(ShadowStatus status) => new()
    {
        Original = DeploymentNames.Shown(status.Original),
        Why = status.Why,
        Compared = status.Compared,
        OriginalAlone = status.OriginalAlone,
        ShadowAlone = status.ShadowAlone,
        Outputs = [.. status.Outputs.Select((output, i) => Output(output, status, i))],
        OriginalOnly = status.OriginalOnly,
        ShadowOnly = status.ShadowOnly,
    };

    private static ShadowedOutput Output(ShadowOutputStatus output, ShadowStatus status, int place) => new()
    {
        Name = output.Name,
        Count = output.Count,
        Unlike = output.Unlike,
        SeverityDiffers = output.SeverityDiffers,
        MaxAbsolute = Finite(output.MaxAbsolute),
        MeanAbsolute = Finite(output.MeanAbsolute),
        MaxRelative = output.MaxRelative,
        MeanRelative = output.MeanRelative,
        Original = PvJson.Reading(status.OriginalValues.Sets[0].Updates[place]),
        Shadow = PvJson.Reading(status.ShadowValues.Sets[0].Updates[place]),
    };

    // JSON has no infinities.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
