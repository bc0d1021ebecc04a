using ModelManager.Testing;

namespace ModelManager.Configuration.Tests;

/// <summary>The configurations under <c>examples/</c> of this repository (legacy or graph, by their keys; the other YAML there is of models).</summary>
public class ExampleFilesTests
{
    [Fact]
    public void Every_configuration_of_the_examples_loads_strictly_and_without_a_warning()
    {
        var files = Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "examples"), "*.yaml", SearchOption.AllDirectories)
            .Where(f => File.ReadLines(f).Any(l => l.StartsWith("modules:", StringComparison.Ordinal) || l.StartsWith("input_data:", StringComparison.Ordinal)))
            .ToArray();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var read = SpecReader.ReadFile(file, new() { Strict = true });
            Assert.Empty(Messages.Texts(read.Errors.AddRange(read.Warnings)));
        }
    }
}
