using System.Collections.Immutable;
using Microsoft.ML;

namespace ModelManager.Models.MlNet;

/// <summary>Zip files of ML.NET (<c>MLContext.Model.Save</c>). Pipelines of the packages Microsoft.ML and Microsoft.ML.FastTree; those of other extension packages are refused by the name of the missing part.</summary>
public sealed class MlNetModelLoader : IModelLoader
{
    /// <summary>What <see cref="ModelInfo.Runtime"/> says.</summary>
    public const string RuntimeName = "ml.net";

    // What the prediction is called by ML.NET's trainers; other columns are steps on the way.
    private static readonly string[] Predictions = ["Score", "PredictedLabel", "Probability"];

    private readonly bool _byCursor;

    public MlNetModelLoader()
    {
    }

    /// <param name="byCursor">Never the row mapper.</param>
    internal MlNetModelLoader(bool byCursor) => _byCursor = byCursor;

    public string Runtime => RuntimeName;

    public string? Refuses(ModelSource source)
    {
        try
        {
            MlNetArtifact.Open(source);
            return null;
        }
        catch (ModelException refused)
        {
            return refused.Message;
        }
    }

    public string Digest(ModelSource source) => MlNetArtifact.Open(source).Digest();

    public IModel Load(ModelSource source, CancellationToken cancellation)
    {
        var artifact = MlNetArtifact.Open(source);
        var (model, schema) = Read(artifact);
        cancellation.ThrowIfCancellationRequested();
        var result = model.GetOutputSchema(schema);
        var outputs = Outputs(artifact, schema, result);
        var inputs = Inputs(artifact, model, schema, result, outputs);
        var info = new ModelInfo(source.Name, RuntimeName, artifact.Digest(), [.. inputs.Select(c => Declared(artifact.Declared.Inputs, Input(c)))],
            [.. outputs.Select(c => Declared(artifact.Declared.Outputs, new ModelVariable(c.Name, OutputCell.KindOf(c.Type)!.Value)))]);
        int[] columns = [.. inputs.Select(c => c.Index)];
        string[] names = [.. outputs.Select(c => c.Name)];
        return new MlNetModel(info, () => new MlNetCaller(model, schema, columns, names, _byCursor));
    }

    private static (ITransformer Model, DataViewSchema Schema) Read(MlNetArtifact artifact)
    {
        try
        {
            var model = new MLContext(seed: 1).Model.Load(new MemoryStream(artifact.Bytes), out var schema);
            return (model, schema ?? throw new ModelException($"{artifact.FileName}: saved without the schema of its input"));
        }
        catch (Exception refused) when (refused is not (ModelException or OutOfMemoryException))
        {
            // ML.NET throws whatever a part of it throws; the innermost is the one with a reason.
            var reason = refused.GetBaseException().Message.Trim();
            throw new ModelException($"{artifact.FileName}: ML.NET does not load it: {reason}{(reason.Contains("load", StringComparison.OrdinalIgnoreCase) ? " (parts of LightGbm, ImageAnalytics and OnnxTransformer are packages of their own, which are not installed here)" : "")}", refused);
        }
    }

    private static DataViewSchema.Column[] Outputs(MlNetArtifact artifact, DataViewSchema schema, DataViewSchema result)
    {
        var added = result.Where(c => !c.IsHidden && OutputCell.KindOf(c.Type) is not null && schema.GetColumnOrNull(c.Name) is null).ToArray();
        if (!artifact.Declared.Outputs.IsEmpty)
            return [.. artifact.Declared.Outputs.Select(o => added.FirstOrDefault(c => c.Name == o.Name) is { Name: not null } found && found.Name == o.Name
                ? found
                : throw new ModelException($"{artifact.Declared.Source} names output '{o.Name}', which {artifact.FileName} does not have; it has {string.Join(", ", added.Select(c => c.Name))}"))];
        var predictions = added.Where(c => Predictions.Contains(c.Name)).ToArray();
        return predictions.Length > 0 ? predictions : added.Length > 0 ? added : throw new ModelException($"{artifact.FileName}: its pipeline adds no column that is a number, text or array");
    }

    // Only what the outputs depend on: the label a model was trained with is in its schema, too.
    private static DataViewSchema.Column[] Inputs(MlNetArtifact artifact, ITransformer model, DataViewSchema schema, DataViewSchema result, DataViewSchema.Column[] outputs)
    {
        var needed = model.IsRowToRowMapper
            ? model.GetRowToRowMapper(schema).GetDependencies(outputs.Select(o => result[o.Name])).Where(c => !c.IsHidden).OrderBy(c => c.Index).ToArray()
            : [.. schema.Where(c => !c.IsHidden)];
        if (artifact.Declared.Inputs.FirstOrDefault(i => schema.GetColumnOrNull(i.Name) is null) is { } absent)
            throw new ModelException($"{artifact.Declared.Source} names input '{absent.Name}', which {artifact.FileName} does not have; it has {string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => c.Name))}");
        foreach (var column in needed)
            if (InputCell.Create(column.Type) is null)
                throw new ModelException($"{artifact.FileName}: input '{column.Name}' is of type {column.Type}; numbers, booleans, texts and vectors of float are taken");
        return needed;
    }

    private static ModelVariable Input(DataViewSchema.Column column)
    {
        var cell = InputCell.Create(column.Type)!;
        return new(column.Name, cell.Kind, Shape: cell.Length > 0 ? [cell.Length] : default);
    }

    private static ModelVariable Declared(ImmutableArray<ModelVariable> declared, ModelVariable own) =>
        declared.FirstOrDefault(d => d.Name == own.Name) is { } known ? known with { Kind = own.Kind, Shape = own.Shape } : own;
}
