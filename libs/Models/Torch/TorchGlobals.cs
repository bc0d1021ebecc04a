namespace ModelManager.Models.Torch;

/// <summary>The whole list of what a <c>.pt</c> file may name: classes become bags of attributes, six functions are done here, storages are read. Everything else is refused by name.</summary>
/// <remarks>The union of what the NN, transformer and tensor files of SLAC's published models name; <c>__builtin__.getattr</c>, which GP models need, is the classic way out of such a list.</remarks>
/// <param name="storages">The folder of the storages.</param>
/// <param name="script">The pickle of a TorchScript file: its classes are those of its own code, and lists of numbers have functions of their own (torch/jit/_pickle.py).</param>
internal sealed class TorchGlobals(TorchArchive archive, string storages = "data/", bool script = false)
{
    private const string ScriptRoot = "__torch__";

    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private long _elements;

    /// <summary>In which precisions the tensors with axes are saved that are numbers with a fraction.</summary>
    public HashSet<TorchType> Precisions { get; } = [];

    public static IReadOnlySet<string> Classes { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "torch.nn.modules.container.Sequential",
        "torch.nn.modules.linear.Linear", "torch.nn.modules.linear.Identity",
        "torch.nn.modules.activation.ELU", "torch.nn.modules.activation.ReLU", "torch.nn.modules.activation.LeakyReLU", "torch.nn.modules.activation.Tanh",
        "torch.nn.modules.activation.Sigmoid", "torch.nn.modules.activation.SiLU", "torch.nn.modules.activation.GELU", "torch.nn.modules.activation.Softplus",
        "torch.nn.modules.activation.Softsign",
        "torch.nn.modules.dropout.Dropout", "torch.nn.modules.batchnorm.BatchNorm1d", "torch.nn.modules.normalization.LayerNorm", "torch.nn.modules.flatten.Flatten",
        "botorch.models.transforms.input.AffineInputTransform", "botorch.models.transforms.input.Normalize", "botorch.models.transforms.input.InputStandardize",
    };

    private static readonly Dictionary<string, TorchType> Storages = new(StringComparer.Ordinal)
    {
        ["torch.BoolStorage"] = TorchType.Bool,
        ["torch.ByteStorage"] = TorchType.UInt8,
        ["torch.IntStorage"] = TorchType.Int32,
        ["torch.LongStorage"] = TorchType.Int64,
        ["torch.HalfStorage"] = TorchType.Half,
        ["torch.BFloat16Storage"] = TorchType.BFloat16,
        ["torch.FloatStorage"] = TorchType.Single,
        ["torch.DoubleStorage"] = TorchType.Double,
    };

    /// <summary>NEWOBJ: class and arguments.</summary>
    public PickleObject New(object?[] operands)
    {
        if (operands is not [PickleGlobal type, PickleTuple arguments])
            throw Error($"makes an object of {PickleReader.Describe(operands[0])}");
        if (script ? type.Module != ScriptRoot && !type.Module.StartsWith(ScriptRoot + ".", StringComparison.Ordinal) : !Classes.Contains(type.ToString()))
            throw Error($"class {type} is not one that can be run here; allowed are the layers and transforms listed in docs/models.md");
        if (arguments.Items.Length != 0)
            throw Error($"makes an object of {type} with arguments");
        return new PickleObject(type);
    }

    /// <summary>REDUCE: function and arguments.</summary>
    public object Call(object?[] operands)
    {
        if (operands is not [PickleGlobal function, PickleTuple { Items: var arguments }])
            throw Error($"calls {PickleReader.Describe(operands[0])}");
        return (function.ToString(), arguments) switch
        {
            ("collections.OrderedDict", []) => new PickleDict(),
            ("__builtin__.set" or "builtins.set", [PickleList items]) => new PickleSet(items.Items.Count),
            ("torch.Size", [PickleTuple sizes]) => sizes,
            ("torch._utils._rebuild_tensor_v2", [TorchStorage storage, long offset, PickleTuple size, PickleTuple stride, bool, PickleDict { Count: 0 }]) =>
                View(storage, offset, Longs(size), Longs(stride)),
            ("torch._utils._rebuild_parameter", [TorchTensor tensor, bool, PickleDict { Count: 0 }]) => tensor,
            ("torch.jit._pickle.build_intlist" or "torch.jit._pickle.build_doublelist" or "torch.jit._pickle.build_boollist" or "torch.jit._pickle.build_tensorlist", [PickleList items]) when script => items,
            ("torch.jit._pickle.restore_type_tag", [var tagged and (PickleList or PickleDict), string]) when script => tagged,
            ("collections.OrderedDict" or "__builtin__.set" or "builtins.set" or "torch.Size" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_parameter", _) =>
                throw Error($"calls {function} with arguments that torch.save does not write ({string.Join(", ", arguments.Select(PickleReader.Describe))})"),
            _ => throw Error($"calling {function} is not allowed: a model file may only describe layers and numbers, not run code"),
        };
    }

    /// <summary>BUILD: what was saved of an object.</summary>
    public void SetState(object? state, object? target)
    {
        if (target is not PickleObject made || state is not PickleDict attributes)
            throw Error($"gives state to {PickleReader.Describe(target)}");
        if (made.State is not null)
            throw Error($"gives state to one {made.Type} twice");
        made.State = attributes;
    }

    /// <summary>BINPERSID: a storage, read once and shared by its views.</summary>
    public TorchStorage Load(object? id)
    {
        if (id is not PickleTuple { Items: ["storage", PickleGlobal type, string key, string, long count] })
            throw Error($"refers to something that is not a storage ({PickleReader.Describe(id)})");
        if (!Storages.TryGetValue(type.ToString(), out var element))
            throw Error($"{type} is not a kind of storage that is read");
        if (!_storages.TryGetValue(key, out var storage))
        {
            var bytes = archive.Storage(storages, key);
            if (count < 0 || count > int.MaxValue || count * TorchTensor.SizeOf(element) != bytes.Length)
                throw Error($"storage {key} declares {count:N0} elements of {type.Name} and has {bytes.Length:N0} bytes");
            _storages.Add(key, storage = new TorchStorage(element, bytes, count));
        }
        if (storage.Type != element || storage.Elements != count)
            throw Error($"storage {key} is declared twice, differently");
        return storage;
    }

    private TorchTensor View(TorchStorage storage, long offset, long[] size, long[] stride)
    {
        if (size.Length != stride.Length || size.Length > 8)
            throw Error($"a tensor of {size.Length} sizes and {stride.Length} strides");
        long elements = 1, last = offset;
        for (var axis = 0; axis < size.Length; axis++)
        {
            if (size[axis] < 0 || size[axis] > int.MaxValue || stride[axis] < 0 || stride[axis] > int.MaxValue)
                throw Error($"a tensor of size {size[axis]} and stride {stride[axis]}");
            // Below 2^31 each, so the next product cannot overflow once this one is within the storage.
            elements *= size[axis];
            last += Math.Max(0, size[axis] - 1) * stride[axis];
            if (elements > storage.Elements || last < 0 || last > int.MaxValue)
                throw Error($"a tensor [{string.Join(", ", size)}] has more elements than its storage ({storage.Elements:N0})");
        }
        if (offset < 0 || (elements > 0 && last >= storage.Elements) || (elements == 0 && offset > storage.Elements))
            throw Error($"a tensor [{string.Join(", ", size)}] at offset {offset} with strides [{string.Join(", ", stride)}] reaches outside its storage of {storage.Elements:N0} elements");
        if (size.Length > 0 && storage.Type.IsFloat())
            Precisions.Add(storage.Type);
        _elements += elements;
        if (_elements > archive.Limits.Elements)
            throw Error($"its tensors have more than {archive.Limits.Elements:N0} elements together");
        return new TorchTensor(storage, offset, [.. size.Select(s => (int)s)], stride);
    }

    private long[] Longs(PickleTuple tuple) => [.. tuple.Items.Select(item => item is long value ? value : throw Error($"a size that is {PickleReader.Describe(item)}"))];

    private TorchFileException Error(string problem) => new(archive.File, problem);
}
