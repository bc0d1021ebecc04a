using ModelManager.Models;
using ModelManager.Values;

namespace MyPlugIn.Tests;

public sealed class LineModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Computes_a_line()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "line.txt"), "2 0.5");
        using var model = new LineModelLoader().Load(new(_folder.FullName, "line"), TestContext.Current.CancellationToken);
        var outputs = new PvValue[1];
        model.Evaluate([PvValue.Double(3)], outputs, []);
        Assert.Equal(6.5, outputs[0].AsDouble());
    }

    [Fact]
    public void Refuses_what_it_cannot_load()
    {
        Assert.Contains("line.txt", new LineModelLoader().Refuses(new(_folder.FullName, "line")));
        File.WriteAllText(Path.Combine(_folder.FullName, "line.txt"), "two");
        Assert.Contains("holds 'two'", Assert.Throws<ModelException>(() => new LineModelLoader().Load(new(_folder.FullName, "line"), TestContext.Current.CancellationToken)).Message);
    }
}
