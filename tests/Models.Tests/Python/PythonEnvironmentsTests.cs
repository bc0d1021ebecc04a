using ModelManager.Models.Python;

namespace ModelManager.Models.Tests.Python;

public class PythonEnvironmentsTests
{
    [Fact]
    public void A_prepared_environment_is_found_by_the_requirements()
    {
        using var folder = new TemporaryFolder();
        var model = Path.GetDirectoryName(folder.Write("model/requirements.txt", "numpy==1.24.2\n"))!;
        var options = new PythonOptions { EnvironmentsFolder = Path.Combine(folder.Path, "envs") };
        Assert.Null(PythonEnvironments.Prepared(model, options));
        var python = folder.Write($"envs/{PythonEnvironments.KeyOf(model)}/bin/python", "");
        Assert.Equal(python, PythonEnvironments.Prepared(model, options));
        folder.Write("model/requirements.txt", "numpy==2.0.0\n");
        Assert.Null(PythonEnvironments.Prepared(model, options));
    }

    [Fact]
    public async Task Without_requirements_there_is_no_key_and_nothing_to_prepare()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(PythonEnvironments.KeyOf(folder.Path));
        Assert.Contains("no requirements.txt", (await Assert.ThrowsAsync<ModelException>(() => PythonEnvironments.Prepare(folder.Path, new PythonOptions(), CancellationToken.None))).Message);
    }

    [Fact]
    public void A_bare_name_is_looked_up_on_the_path()
    {
        Assert.EndsWith("/python3", PythonEnvironments.Default(new PythonOptions()));
        Assert.Null(PythonEnvironments.Default(new PythonOptions { Interpreter = "python-that-nobody-has" }));
    }
}
