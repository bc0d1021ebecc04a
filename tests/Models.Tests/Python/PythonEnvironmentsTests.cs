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

    // Stands for python3: makes an environment of itself, and answers as pip 23 does where no host name can be resolved.
    private const string Offline = """
        #!/bin/sh
        case "$2" in
          venv) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
          pip)
            echo "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/botorch/" >&2
            echo "ERROR: No matching distribution found for botorch==0.9" >&2
            exit 1 ;;
        esac
        """;

    [Fact]
    public async Task Without_network_it_says_where_the_environment_is_to_be_put_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var model = Path.GetDirectoryName(folder.Write("model/requirements.txt", "botorch==0.9\n"))!;
        var python = folder.Write("python3", Offline);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environments = Path.Combine(folder.Path, "envs");

        var error = await Assert.ThrowsAsync<ModelException>(() => PythonEnvironments.Prepare(model, new PythonOptions { Interpreter = python, EnvironmentsFolder = environments }, CancellationToken.None));

        Assert.Contains("reached no package index", error.Message);
        Assert.Contains(Path.Combine(environments, PythonEnvironments.KeyOf(model)!, "bin", "python"), error.Message);
        Assert.EndsWith("ERROR: No matching distribution found for botorch==0.9", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(environments));
    }

    [Fact]
    public void A_bare_name_is_looked_up_on_the_path()
    {
        Assert.EndsWith("/python3", PythonEnvironments.Default(new PythonOptions()));
        Assert.Null(PythonEnvironments.Default(new PythonOptions { Interpreter = "python-that-nobody-has" }));
    }
}
