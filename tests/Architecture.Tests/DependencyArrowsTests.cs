using System.Xml.Linq;
using ModelManager.Testing;

namespace ModelManager.Architecture.Tests;

/// <summary>Arrows point down only (docs/design.md section 1): what each project may refer to, read from the project files themselves.</summary>
public class DependencyArrowsTests
{
    private static readonly Dictionary<string, string[]> AllowedLibraryArrows = new()
    {
        ["Values"] = [],
        ["Formulas"] = [],
        ["Configuration"] = ["Values", "Formulas"],
        ["Connectors"] = ["Values", "Configuration"],
        ["Models"] = ["Values"],
        ["Models.MlNet"] = ["Values", "Models"],
        ["Models.Onnx"] = ["Values", "Models"],
        ["Pipeline"] = ["Values", "Formulas", "Configuration", "Connectors", "Models"],
        ["Registry"] = ["Values"],
        ["Coordination"] = ["Values"],
        ["Epics"] = ["Values"],
        ["Epics.Net"] = ["Values", "Epics"],
        ["Connectors.Epics"] = ["Values", "Configuration", "Connectors", "Epics", "Epics.Net"],
    };

    [Fact]
    public void Libraries_refer_only_to_the_libraries_below_them()
    {
        foreach (var project in Projects("libs"))
        {
            var name = Path.GetFileName(Path.GetDirectoryName(project))!;
            Assert.True(AllowedLibraryArrows.TryGetValue(name, out var allowed), $"libs/{name} is not in the table of arrows: add it here and in docs/design.md");
            Assert.Empty(References(project).Except(allowed));
        }
    }

    [Fact]
    public void Libraries_do_not_know_Orleans() =>
        Assert.DoesNotContain(Projects("libs"), project => !project.Contains("Streaming.Kafka", StringComparison.Ordinal) && Packages(project).Any(package => package.Contains("Orleans", StringComparison.Ordinal)));

    [Fact]
    public void Grain_contracts_know_only_Values() => Assert.Equal(["Values"], References(Project("grains.interfaces")));

    [Fact]
    public void The_client_knows_only_Values_and_no_Orleans()
    {
        Assert.Equal(["Values"], References(Project("client")));
        Assert.DoesNotContain(Packages(Project("client")), package => package.Contains("Orleans", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_below_refers_to_the_silo_or_the_grains()
    {
        Assert.DoesNotContain(References(Project("grains")), reference => reference is "silo" or "client");
        Assert.DoesNotContain(Projects("libs").SelectMany(References), reference => reference is "silo" or "grains" or "grains.interfaces" or "client");
    }

    [Fact]
    public void Each_library_has_its_tests()
    {
        var tested = Projects("tests").Select(project => Path.GetFileName(Path.GetDirectoryName(project))!).ToHashSet();
        Assert.Empty(Projects("libs").Select(project => Path.GetFileName(Path.GetDirectoryName(project))! + ".Tests").Except(tested));
    }

    [Fact]
    public void Versions_stand_in_one_place()
    {
        var withVersion = Projects("libs").Concat(Projects("tests")).Append(Project("silo")).Append(Project("client")).Append(Project("grains")).Append(Project("grains.interfaces"))
            .Where(project => XDocument.Load(project).Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null));
        Assert.Empty(withVersion);
    }

    private static IEnumerable<string> Projects(string folder) =>
        Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, folder), "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string Project(string folder) => Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, folder), "*.csproj").Single();

    private static string[] References(string project) =>
        [.. XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value.Replace('\\', '/')))!)];

    private static IEnumerable<string> Packages(string project) => XDocument.Load(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);
}
