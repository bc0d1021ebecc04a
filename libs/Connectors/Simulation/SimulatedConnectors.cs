using System.Collections.Immutable;
using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Simulation;

/// <summary>What <c>--simulate</c> does: every interface of a configuration becomes the simulator, with the same PV names and variables.</summary>
public static class SimulatedConnectors
{
    /// <summary>Inputs and outputs of the deployment meet in one hub of its own, so what it writes can be read back, and two simulated deployments do not meet. A shadow reads the hub of its original: it needs the same inputs, and writes nothing.</summary>
    public static DeploymentSpec Replace(DeploymentSpec spec, SimulatorProfile? profile = null)
    {
        profile ??= SimulatorProfile.Empty;
        var signals = SignalsOf(spec, profile);
        return spec with { Modules = [.. spec.Modules.Select(m => m is InterfaceModule module ? Replace(module, spec.ShadowOf ?? spec.Name, profile, signals) : m)] };
    }

    private static InterfaceModule Replace(InterfaceModule module, string hub, SimulatorProfile profile, Dictionary<string, SignalSpec> signals)
    {
        var settings = ImmutableDictionary.CreateBuilder<string, string>();
        // A simulator of the file keeps what it says; the settings of other types mean nothing here.
        if (module.Subtype == "simulator")
            settings.AddRange(module.Settings);
        settings["hub"] = hub;
        if (profile.Rate is { } rate)
            settings["rate"] = rate.ToString("R", CultureInfo.InvariantCulture);
        if (profile.Seed is { } seed)
            settings["seed"] = seed.ToString(CultureInfo.InvariantCulture);
        foreach (var variable in module.Variables)
            if (signals.TryGetValue(variable.PvName, out var signal) && !IsSet(module, variable.PvName) && !IsSet(module, variable.Key))
                foreach (var (key, value) in SimulatorSettings.Write(variable.PvName, signal))
                    settings.TryAdd(key, value);
        return module with { Type = "interface.simulator", Settings = settings.ToImmutable() };
    }

    private static bool IsSet(InterfaceModule module, string pv) =>
        module.Subtype == "simulator" && module.Settings.Keys.Any(k => k.StartsWith($"{SimulatorSettings.Prefix}{pv}.", StringComparison.Ordinal));

    private static Dictionary<string, SignalSpec> SignalsOf(DeploymentSpec spec, SimulatorProfile profile)
    {
        var pvOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in spec.Interfaces.Where(i => i.IsSource).SelectMany(i => i.Variables))
            pvOf.TryAdd(variable.Key, variable.PvName);
        var signals = new Dictionary<string, SignalSpec>(StringComparer.Ordinal);
        foreach (var transformer in spec.Transformers)
            AddKnown(signals, transformer.Transformer, profile, pvOf);
        // Without a transformer between them, PVs are model inputs under their own key.
        foreach (var input in profile.ModelInputs)
            AddRange(signals, pvOf.GetValueOrDefault(input.Name), input);
        foreach (var (pv, signal) in profile.Signals)
            signals[pv] = signal;
        return signals;
    }

    private static void AddKnown(Dictionary<string, SignalSpec> signals, TransformerSpec transformer, SimulatorProfile profile, Dictionary<string, string> pvOf)
    {
        switch (transformer)
        {
            case CompoundTransformerSpec compound:
                foreach (var child in compound.Children)
                    AddKnown(signals, child.Transformer, profile, pvOf);
                break;
            case CaImageTransformerSpec images:
                foreach (var image in images.Images)
                    AddTriplet(signals, image, profile.ImageSize, pvOf);
                break;
            case SimpleTransformerSpec simple:
                foreach (var formula in simple.Formulas)
                    AddRange(signals, pvOf.GetValueOrDefault(formula.Text.Trim()), profile.ModelInputs.FirstOrDefault(i => i.Name == formula.Output));
                break;
            case PassThroughTransformerSpec passThrough:
                foreach (var variable in passThrough.Variables)
                    AddRange(signals, pvOf.GetValueOrDefault(variable.Input), profile.ModelInputs.FirstOrDefault(i => i.Name == variable.Output));
                break;
        }
    }

    /// <summary>Sizes and flat array of a Channel Access image that agree with each other.</summary>
    private static void AddTriplet(Dictionary<string, SignalSpec> signals, CaImageSpec image, ImageSize size, Dictionary<string, string> pvOf)
    {
        void Set(string key, SignalSpec signal)
        {
            if (pvOf.TryGetValue(key, out var pv))
                signals.TryAdd(pv, signal);
        }

        Set(image.XChannel, new() { Kind = SignalKind.Constant, Mean = size.X, Integer = true });
        Set(image.YChannel, new() { Kind = SignalKind.Constant, Mean = size.Y, Integer = true });
        // The same bytes serve row- and column-major unfolding: they are a picture in one and its transpose in the other.
        var (rows, columns) = image.Unfold == ImageUnfold.RowMajor ? (size.Y, size.X) : (size.X, size.Y);
        Set(image.ImageChannel, new() { Shape = SignalShape.ImageFlat, Rows = rows, Columns = columns });
    }

    private static void AddRange(Dictionary<string, SignalSpec> signals, string? pv, SimulatedInput? input)
    {
        if (pv is null || input is null || signals.ContainsKey(pv))
            return;
        double? low = Finite(input.Low), high = Finite(input.High);
        double? mean = input.Default.Kind.IsNumericScalar() ? Finite(input.Default.AsDouble()) : null;
        double? amplitude = low is { } l && high is { } h ? (h - l) / 10 : null;
        // A default near an edge: stay inside instead of being clipped.
        if (amplitude is { } a && mean is { } m)
            mean = Math.Clamp(m, low!.Value + Math.Min(a, (high!.Value - low.Value) / 2), high.Value - Math.Min(a, (high.Value - low.Value) / 2));
        signals[pv] = new()
        {
            Low = low,
            High = high,
            Mean = mean,
            Amplitude = amplitude,
            Units = input.Units.Length > 0 ? input.Units : null,
            Length = input.Default.Kind.IsArray() ? Math.Max(1, input.Default.AsArray().Length) : null,
            Shape = input.Default.Kind.IsArray() ? SignalShape.Waveform : null,
        };
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
