using Microsoft.ML;
using Microsoft.ML.Data;
using ModelManager.Models.Tests;

namespace ModelManager.Models.MlNet.Tests;

/// <summary>Pipelines whose results are formulas, so that the tests know them without ML.NET.</summary>
internal static class Pipelines
{
    public sealed class Magnets
    {
        public float Strength { get; set; }
        public double Phase { get; set; }
        public int Pulses { get; set; }
        public float Label { get; set; }
    }

    public sealed class Kinds
    {
        public bool Enabled { get; set; }
        public string Name { get; set; } = "";

        [VectorType(3)]
        public float[] Wave { get; set; } = [];
    }

    /// <summary>y = 2 Strength + 1, z = Phase^2 - Pulses.</summary>
    public static string SaveFormulas(TemporaryFolder folder)
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(new[] { new Magnets() });
        var pipeline = ml.Transforms.Expression("y", "(s) => 2 * s + 1", "Strength").Append(ml.Transforms.Expression("z", "(p, n) => p * p - double(n)", "Phase", "Pulses"));
        return Save(folder, ml, pipeline.Fit(data), data);
    }

    /// <summary>A tree that learnt a step: 0 below a strength of 5, 10 from there on.</summary>
    public static string SaveTrees(TemporaryFolder folder)
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new Magnets { Strength = i / 20f, Label = i < 100 ? 0 : 10 }));
        var pipeline = ml.Transforms.Concatenate("Features", "Strength")
            .Append(ml.Regression.Trainers.FastTree(labelColumnName: "Label", numberOfLeaves: 2, numberOfTrees: 1, learningRate: 1, minimumExampleCountPerLeaf: 1));
        return Save(folder, ml, pipeline.Fit(data), data);
    }

    /// <summary>The flag, the text and the vector as they came, under other names.</summary>
    public static string SaveKinds(TemporaryFolder folder)
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(new[] { new Kinds { Name = "a", Wave = [1, 2, 3] } });
        var pipeline = ml.Transforms.CopyColumns("On", "Enabled").Append(ml.Transforms.CopyColumns("Text", "Name")).Append(ml.Transforms.CopyColumns("Profile", "Wave"));
        return Save(folder, ml, pipeline.Fit(data), data);
    }

    private static string Save(TemporaryFolder folder, MLContext ml, ITransformer model, IDataView data)
    {
        var path = Path.Combine(folder.Path, "model.zip");
        ml.Model.Save(model, data.Schema, path);
        return path;
    }
}
