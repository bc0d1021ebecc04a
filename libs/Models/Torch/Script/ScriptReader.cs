using ModelManager.Models.Dense;

namespace ModelManager.Models.Torch.Script;

/// <summary>A TorchScript file as layers of the dense evaluator. Its code is followed as torch would run it in evaluation mode, with rows whose values are not known; it must be a chain of known layers.</summary>
/// <remarks>Nothing in the file decides what is executed here: the operators are those of <see cref="ScriptOperators"/>, and every other one is refused with its name and line.</remarks>
internal static class ScriptReader
{
    /// <param name="width">How many columns the rows have.</param>
    /// <param name="singlePrecision">What the rows are computed in, where the code converts them.</param>
    public static List<Layer> Read(TorchArchive archive, int width, bool singlePrecision)
    {
        var constants = ReadPickle(archive, archive.Constants, "constants/") as PickleTuple
            ?? throw new TorchFileException(archive.File, "TorchScript whose constants.pkl is not a tuple");
        if (ReadPickle(archive, archive.Pickle, "data/") is not PickleObject root)
            throw new TorchFileException(archive.File, "TorchScript whose data.pkl holds no module");
        var budget = new LayerBudget(archive.File, archive.Limits);
        var input = new ScriptRows(null, null, width);
        var result = new ScriptRun(archive.File, new ScriptCode(archive), constants, new ScriptOperators(budget, singlePrecision)).Forward(root, input);
        if (result is not ScriptRows rows)
            throw new TorchFileException(archive.File, $"TorchScript whose forward gives {ScriptValue.Describe(result)}, not rows of outputs");
        if (rows.IsOverwritten)
            throw new TorchFileException(archive.File, "TorchScript that gives rows which another operation changed in place");
        var layers = new List<Layer>();
        for (var at = rows; at.Parent is not null; at = at.Parent)
        {
            if (at.Step is AbsoluteStep)
                throw new TorchFileException(archive.File, "TorchScript with torch.abs, which is not a layer that is run here");
            budget.Spend(at.Step!);
            layers.Add(at.Step!);
        }
        layers.Reverse();
        return layers;
    }

    /// <summary>In which precisions its tensors are saved.</summary>
    public static IEnumerable<TorchType> Precisions(TorchArchive archive)
    {
        var (data, constants) = (new TorchGlobals(archive, "data/", script: true), new TorchGlobals(archive, "constants/", script: true));
        new PickleReader(archive.Pickle.Span, data, archive.File, archive.Limits).Read();
        new PickleReader(archive.Constants.Span, constants, archive.File, archive.Limits).Read();
        return data.Precisions.Union(constants.Precisions);
    }

    private static object? ReadPickle(TorchArchive archive, ReadOnlyMemory<byte> pickle, string storages) =>
        new PickleReader(pickle.Span, new TorchGlobals(archive, storages, script: true), archive.File, archive.Limits).Read();
}
