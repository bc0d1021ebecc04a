using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Reading;

/// <summary>What a module does with its variables: decides which rules apply where the variable's own <c>mode</c> leaves it open.</summary>
internal enum VariableRole { Input, Output, Both }

/// <summary>One variable of an interface: keys of upstream's A4 and A4a, and ours.</summary>
internal static class VariableReader
{
    private static readonly string[] InputKeys = ["max_age"];
    private static readonly string[] OutputKeys = ["dead_band", "max_rate", "max_step", "limits", "on_stop"];

    public static ImmutableArray<PvVariable> ReadAll(Section config, KnownInterface kind, VariableRole moduleRole)
    {
        if (config.Sub("variables") is not { } variables)
            return [];
        if (TooMany(variables))
            return [];
        var read = ImmutableArray.CreateBuilder<PvVariable>();
        foreach (var entry in variables.Node.Entries)
        {
            if (entry.Key.Trim().Length == 0)
                config.Findings.Error(entry.Where, $"a variable in {variables.Title} has an empty name", "Give it the name that the formulas use.");
            else if (entry.Value is YamlMapping mapping)
                read.Add(Read(entry, new Section(mapping, $"{variables.Title}.{entry.Key}", config.Findings), kind, moduleRole));
            else if (entry.Value.IsNull)
                read.Add(Read(entry, new Section(new YamlMapping([], entry.Where), $"{variables.Title}.{entry.Key}", config.Findings), kind, moduleRole));
            else
            {
                read.Add(new(entry.Key, entry.Key, entry.Where));
                config.Findings.Error(entry.Value.Where, $"variable '{entry.Key}' is {entry.Value.Described}; expected a mapping with 'proto' and 'name'",
                    $"Write '{{proto: {kind.Protocols.FirstOrDefault("pva")}, name: {(entry.Value as YamlScalar)?.Value ?? entry.Key}}}'.");
            }
        }
        return read.ToImmutable();
    }

    /// <summary>Reports a mapping with more names than one module may have.</summary>
    public static bool TooMany(Section variables)
    {
        if (variables.Node.Entries.Length <= YamlLimits.MaxNames)
            return false;
        variables.Findings.Error(variables.Where, $"{variables.Title} has {variables.Node.Entries.Length} entries; expected at most {YamlLimits.MaxNames}", "Split the module.");
        return true;
    }

    private static PvVariable Read(YamlEntry entry, Section section, KnownInterface kind, VariableRole moduleRole)
    {
        var shape = section.Choice("type", ("scalar", PvShape.Scalar), ("waveform", PvShape.Waveform), ("array", PvShape.Array), ("image", PvShape.Image)) ?? PvShape.Scalar;
        var mode = section.Choice("mode", ("inout", PvMode.InOut), ("in", PvMode.In), ("out", PvMode.Out)) ?? PvMode.InOut;
        var size = ReadImageSize(section);
        var length = section.Integer("length", 1, 100_000_000);
        var role = RoleOf(mode, moduleRole);
        var (onInvalidInput, onInvalidOutput) = RulesReader.ReadOnInvalid(section, role, shape);
        var variable = new PvVariable(entry.Key, ReadName(entry, section), entry.Where)
        {
            Protocol = ReadProtocol(section, kind),
            Shape = shape,
            Mode = mode,
            HasMode = section.Has("mode"),
            ImageSize = size,
            Length = length,
            Default = PvValueReader.Read(section, "default", shape, length, size),
            Input = new(onInvalidInput ?? InvalidInputPolicy.Propagate, section.Duration("max_age")),
            Output = RulesReader.ReadOutput(section, shape, onInvalidOutput),
        };
        variable = AlarmReader.Read(section, variable);
        CheckRole(section, role);
        CheckShape(section, kind, variable);
        if (kind.OpenSettings)
            section.Ignore("init");
        section.Finish();
        return Normal(variable);
    }

    // In quotes YAML can write any character; a terminal, a search packet or a CSV header would suffer.
    private static string ReadName(YamlEntry entry, Section section)
    {
        var name = section.Text("name") ?? entry.Key;
        foreach (var control in (name + entry.Key).Where(char.IsControl).Take(1))
            section.Findings.Error(section.Get("name")?.Where ?? entry.Where, $"the name of a variable or PV holds the control character U+{(int)control:X4}", "Remove it.");
        return name;
    }

    private static PvProtocol ReadProtocol(Section section, KnownInterface kind)
    {
        var found = section.Choice("proto", ("pva", PvProtocol.Pva), ("ca", PvProtocol.Ca));
        if (!kind.IsControlSystem)
            return found ?? PvProtocol.Pva;
        var only = kind.Protocols is [var single] ? single : null;
        if (found is { } protocol)
        {
            var name = protocol == PvProtocol.Ca ? "ca" : "pva";
            if (!kind.Protocols.Contains(name))
                section.Expected("proto", section.Get("proto")!, only!, $"'{kind.Name}' speaks {only} only; {(name == "ca" ? "use 'ca' or 'k2eg' for Channel Access" : "use 'p4p' or 'k2eg' for pvAccess")}.");
            return protocol;
        }
        if (section.Has("proto"))
            return PvProtocol.Pva;
        if (only is null)
            section.Findings.Warn(section.Where, $"'proto' is missing in {section.Title}; pva is taken", $"'{kind.Name}' speaks {Words.And(kind.Protocols)}: write which one.");
        return only == "ca" ? PvProtocol.Ca : PvProtocol.Pva;
    }

    private static ImageSize? ReadImageSize(Section section)
    {
        if (section.Sub("image_size") is not { } size)
            return null;
        var (x, y) = (size.Integer("x", 1, 1_000_000), size.Integer("y", 1, 1_000_000));
        foreach (var key in new[] { "x", "y" })
            if (!size.Has(key))
                size.Missing(key, key == "x" ? "the number of columns" : "the number of rows");
        size.Finish();
        if (x is not { } columns || y is not { } rows)
            return null;
        if ((long)columns * rows <= 100_000_000)
            return new(columns, rows);
        section.Findings.Error(size.Where, $"'image_size' in {section.Title} is {columns} x {rows}; expected at most 100000000 pixels");
        return null;
    }

    private static void CheckShape(Section section, KnownInterface kind, PvVariable variable)
    {
        if (variable.Shape != PvShape.Image && section.Has("image_size"))
            section.Findings.Warn(section.KeyMark("image_size"), $"'image_size' in {section.Title} has no effect on a {section.Get("type")?.Described.Trim('\'') ?? "scalar"}", "Add 'type: image'.");
        if (variable.Shape is PvShape.Scalar or PvShape.Image && section.Has("length"))
            section.Findings.Warn(section.KeyMark("length"), $"'length' in {section.Title} has no effect on {(variable.Shape == PvShape.Image ? "an image" : "a scalar")}", "Add 'type: waveform'.");
        if (variable.Shape == PvShape.Image && kind.Serves && variable.ImageSize is null && !section.Has("default") && !section.Has("image_size"))
            section.Missing("image_size", "{x: columns, y: rows}", $"'{kind.Name}' hosts the image and must know its size.");
    }

    // A waveform whose length only its default tells has that length.
    private static PvVariable Normal(PvVariable variable) => variable switch
    {
        { Shape: PvShape.Waveform or PvShape.Array, Length: null, Default.IsNone: false } => variable with { Length = variable.Default.AsArray().Length },
        { Shape: PvShape.Image, ImageSize: null, Default.IsNone: false } => variable with { ImageSize = new(variable.Default.AsImage().Columns, variable.Default.AsImage().Rows) },
        _ => variable,
    };

    private static VariableRole RoleOf(PvMode mode, VariableRole module) => (module, mode) switch
    {
        (VariableRole.Both, PvMode.In) => VariableRole.Input,
        (VariableRole.Both, PvMode.Out) => VariableRole.Output,
        _ => module,
    };

    private static void CheckRole(Section section, VariableRole role)
    {
        foreach (var key in role switch { VariableRole.Input => OutputKeys, VariableRole.Output => InputKeys, _ => [] })
            if (section.Has(key))
                section.Findings.Warn(section.KeyMark(key), $"'{key}' in {section.Title} has no effect: the variable is only {(role == VariableRole.Input ? "read" : "written")}", "Remove it.");
    }
}
