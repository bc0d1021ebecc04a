using System.Text.Json;
using ModelManager.Models.Lume;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Tests;

/// <summary>A model in <c>data/</c> with the outputs torch gave (<c>make/make_models.py</c>), or one of the shared references of the same form.</summary>
internal sealed record Case(IModel Model, Dictionary<string, double>[] Inputs, Dictionary<string, double>[] Outputs)
{
    public static string Folder { get; } = Path.Combine(SharedData.RepositoryRoot, "tests", "Models.Tests", "data");
    public static string RefusedFolder { get; } = Path.Combine(SharedData.RepositoryRoot, "tests", "Models.Tests", "data-refused");

    public static Case Of(string name) => Of(Path.Combine(Folder, name), Path.Combine(Folder, name, "reference.json"));

    public static Case Of(string model, string reference)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(reference));
        return new(Load(model), Rows(json.RootElement.GetProperty("inputs")), Rows(json.RootElement.GetProperty("outputs")));
    }

    public static IModel Load(string path, string name = "m") => new LumeModelLoader().Load(new ModelSource(path, name), CancellationToken.None);

    /// <summary>Row by row, as a control loop does.</summary>
    public void AssertScalars(double tolerance)
    {
        for (var row = 0; row < Inputs.Length; row++)
            AssertRow(row, Model.Evaluate(Inputs[row]), tolerance);
    }

    /// <summary>All rows in one call.</summary>
    public void AssertBatch(double tolerance)
    {
        var inputs = Model.Info.Inputs.Select(i => PvValue.Array(Inputs.Select(r => r[i.Name]).ToArray())).ToArray();
        var outputs = new PvValue[Model.Info.Outputs.Length];
        Model.Evaluate(inputs, outputs, []);
        for (var row = 0; row < Inputs.Length; row++)
            AssertRow(row, Model.Info.Outputs.Select((o, i) => (o.Name, ((double[])outputs[i].AsArray())[row])).ToDictionary(p => p.Name, p => p.Item2), tolerance);
    }

    private void AssertRow(int row, Dictionary<string, double> actual, double tolerance)
    {
        Assert.Equal(Outputs[row].Keys.Order(), actual.Keys.Order());
        foreach (var (name, expected) in Outputs[row])
            AssertClose(expected, actual[name], tolerance, $"row {row}, {name}");
    }

    // The absolute part is for outputs near zero, where a sum of order 1 cancelled.
    public static void AssertClose(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Abs(expected) + tolerance * 1e-2, $"{what}: expected {expected:R}, got {actual:R}, relative {Math.Abs(expected - actual) / Math.Abs(expected):E1}");

    private static Dictionary<string, double>[] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble()))];
}
