using System.Runtime.Loader;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.PlugIns;
using ModelManager.Connectors.Simulation;
using ModelManager.Connectors.Tests.Files;
using ModelManager.Testing;

namespace ModelManager.Connectors.Tests.PlugIns;

public sealed class PlugInFolderTests : IDisposable
{
    private const string Name = "ModelManager.Connectors.Tests.PlugIn";

    private readonly TempFolder _folder = new();

    public PlugInFolderTests()
    {
        // .../tests/Connectors.Tests/bin/{configuration}/net10.0 -> the same of the plug-in's project
        var built = AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}Connectors.Tests{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}Connectors.Tests.PlugIn{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        Assert.StartsWith(SharedData.RepositoryRoot, built);
        Directory.CreateDirectory(_folder.File(Name));
        foreach (var file in Directory.GetFiles(built))
            File.Copy(file, Path.Combine(_folder.File(Name), Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_connector_of_a_plug_in_works_like_a_built_in_one()
    {
        var factories = PlugInFolder.Load(_folder.Path).FindAll<IConnectorFactory>();
        var registry = new ConnectorRegistry([new SimulatorConnectorFactory(TimeProvider.System)]).With(factories);
        Assert.Equal(["retries", "simulator"], registry.Types);
        await using var connector = registry.Create(Modules.Source("retries", Modules.Variables("RETRIES")));
        // Polly's documented default.
        Assert.Equal(3, (await connector.Source!.Get(["RETRIES"], default))[0].Sample.Value.AsDouble());
    }

    [Fact]
    public void A_plug_in_has_its_own_dependencies_and_the_contracts_of_the_process()
    {
        var plugIn = Assert.Single(PlugInFolder.Load(_folder.Path).PlugIns);
        Assert.Equal(Name, plugIn.Name);
        var context = AssemblyLoadContext.GetLoadContext(plugIn.Assembly)!;
        Assert.NotSame(AssemblyLoadContext.Default, context);
        Assert.NotNull(Activator.CreateInstance(plugIn.Assembly.GetType(Name + ".RetriesConnectorFactory")!));
        // The copy of the contracts beside the plug-in is not used.
        Assert.True(File.Exists(Path.Combine(_folder.File(Name), "ModelManager.Connectors.dll")));
        Assert.DoesNotContain(context.Assemblies, a => a.GetName().Name == "ModelManager.Connectors");
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "Polly.Core.dll")));
    }

    [Fact]
    public void What_cannot_be_made_is_named_with_its_file_and_cause()
    {
        var folder = PlugInFolder.Load(_folder.Path);
        Assert.Empty(folder.Errors);
        Assert.Equal("retries", Assert.Single(folder.FindAll<IConnectorFactory>()).Type);
        var file = Path.Combine(_folder.File(Name), Name + ".dll");
        Assert.Equal(
            [
                $"{file}: {Name}.NeedyConnectorFactory implements IConnectorFactory but has no public constructor without parameters",
                $"{file}: {Name}.ThrowingConnectorFactory cannot be made: no licence found",
            ], folder.Errors.Select(e => e.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_broken_plug_in_does_not_stop_the_others()
    {
        Directory.CreateDirectory(_folder.File("Empty"));
        Directory.CreateDirectory(_folder.File("Text"));
        File.WriteAllText(Path.Combine(_folder.File("Text"), "Text.dll"), "no assembly");
        var folder = PlugInFolder.Load(_folder.Path);
        Assert.Equal("retries", Assert.Single(folder.FindAll<IConnectorFactory>()).Type);
        Assert.Contains(folder.Errors, e => e.ToString() == $"{_folder.File("Empty")}: there is no Empty.dll in it; a plug-in's folder has the name of its assembly");
        Assert.Contains(folder.Errors, e => e.ToString() == $"{Path.Combine(_folder.File("Text"), "Text.dll")}: this is no .NET assembly for this platform");
    }

    [Fact]
    public void A_dependency_that_is_missing_is_named_when_it_is_needed()
    {
        File.Delete(Path.Combine(_folder.File(Name), "Polly.Core.dll"));
        var factory = PlugInFolder.Load(_folder.Path).FindAll<IConnectorFactory>().Single();
        Assert.Contains("Polly.Core", Assert.Throws<FileNotFoundException>(() => factory.Create(Modules.Source("retries", []))).Message);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_and_no_crash()
    {
        var folder = PlugInFolder.Load(_folder.File("nowhere"));
        Assert.Empty(folder.FindAll<IConnectorFactory>());
        Assert.Equal($"{_folder.File("nowhere")}: the plug-in folder does not exist", Assert.Single(folder.Errors).ToString());
    }
}
