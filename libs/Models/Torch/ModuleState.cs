namespace ModelManager.Models.Torch;

/// <summary>The saved attributes of one module, read by name; whatever was not read in the end is refused, so nothing that changes the result is passed over.</summary>
internal sealed class ModuleState
{
    // What torch.nn.Module itself saves, over the versions 1.8 to 2.10, and says nothing about the result.
    private static readonly HashSet<string> Bookkeeping = new(StringComparer.Ordinal)
    {
        "training", "_is_full_backward_hook", "_non_persistent_buffers_set", "call_super_init", "_version", "inplace", "_compiled_call_impl",
        "_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks_with_kwargs",
    };

    private readonly string _file, _path;
    private readonly PickleDict _attributes;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public ModuleState(string file, string path, PickleObject module)
    {
        _file = file;
        Type = module.Type;
        _path = $"{path} ({module.Type.Name})";
        _attributes = module.State ?? throw Error("has no attributes");
        Parameters = Section("_parameters");
        Buffers = Section("_buffers");
        Modules = Section("_modules");
        RefuseHooks();
    }

    public PickleGlobal Type { get; }
    public PickleDict Parameters { get; }
    public PickleDict Buffers { get; }
    public PickleDict Modules { get; }

    public long Integer(string name) => Attribute(name) is long value ? value : throw Error($"'{name}' is {PickleReader.Describe(Attribute(name))}, not an integer");

    public double Number(string name, double? ifAbsent = null) => Value(name, ifAbsent is not null) switch
    {
        double value => value,
        long value => value,
        null when ifAbsent is { } value => value,
        var other => throw Error($"'{name}' is {PickleReader.Describe(other)}, not a number"),
    };

    public bool Flag(string name, bool? ifAbsent = null) => Value(name, ifAbsent is not null) switch
    {
        bool value => value,
        null when ifAbsent is { } value => value,
        var other => throw Error($"'{name}' is {PickleReader.Describe(other)}, not true or false"),
    };

    public object? Attribute(string name) => Value(name, mayBeAbsent: false);

    public bool HasAttribute(string name) => _attributes.TryGet(name, out _);

    /// <summary>Marks an attribute as known and without meaning for the result.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _read.Add(name);
    }

    public TorchTensor Tensor(string name) => OptionalTensor(name) ?? throw Error($"has no '{name}'");

    /// <summary>A parameter or buffer of that name; null where it is None or absent.</summary>
    public TorchTensor? OptionalTensor(string name)
    {
        _read.Add(name);
        return Find(Parameters, name) ?? Find(Buffers, name);
    }

    /// <summary>A vector of the given length, or an error naming the shape found.</summary>
    public double[] Vector(TorchTensor tensor, string name, int length)
    {
        if (tensor.Rank != 1 || tensor.Shape[0] != length)
            throw Error($"'{name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{length}]");
        return tensor.ToDoubles();
    }

    /// <summary>Refuses attributes, parameters, buffers and submodules that nobody asked for.</summary>
    public void RefuseUnread(bool hasModules = false)
    {
        foreach (var name in _attributes.Keys.Concat(Parameters.Keys).Concat(Buffers.Keys))
            if (!_read.Contains(name) && !Bookkeeping.Contains(name))
                throw Error($"has '{name}', which is not known of this class and might change the result");
        if (!hasModules && Modules.Count > 0)
            throw Error($"has a submodule '{Modules.Keys[0]}', which this class does not have");
    }

    public TorchFileException Error(string problem) => new(_file, $"module {_path}: {problem}");

    private object? Value(string name, bool mayBeAbsent)
    {
        _read.Add(name);
        return _attributes.TryGet(name, out var value) || mayBeAbsent ? value : throw Error($"has no '{name}'");
    }

    private TorchTensor? Find(PickleDict where, string name) => where.TryGet(name, out var value) && value is not null
        ? value as TorchTensor ?? throw Error($"'{name}' is {PickleReader.Describe(value)}, not a tensor")
        : null;

    private PickleDict Section(string name) => Attribute(name) as PickleDict ?? throw Error($"'{name}' is not a dict");

    private void RefuseHooks()
    {
        foreach (var name in _attributes.Keys)
        {
            if (!name.EndsWith("_hooks", StringComparison.Ordinal))
                continue;
            _read.Add(name);
            if (_attributes[name] is not PickleDict { Count: 0 })
                throw Error($"has hooks in '{name}': code that was attached to it and is not run here. Remove them before saving");
        }
    }
}
