using System.Text.Json;
using ModelManager.Models.Python;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Python;

public class PythonModelLoaderTests
{
    [Fact]
    public void It_is_off_unless_allowed_and_says_what_it_would_run()
    {
        var refusal = new PythonModelLoader(new PythonOptions(), TimeProvider.System).Refuses(new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "beam", "BeamFactory"));
        Assert.Contains("class BeamFactory of beam.py", refusal);
        Assert.Contains("--python allow", refusal);
    }

    [Fact]
    public void A_configuration_that_does_not_allow_Python_gets_none() =>
        Assert.Contains("'python: allow'", Loader().Refuses(new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "beam", "BeamFactory") { AllowsPython = false }));

    [Fact]
    public void When_neither_allows_it_both_ways_out_are_told()
    {
        var refusal = new PythonModelLoader(new PythonOptions(), TimeProvider.System).Refuses(new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "beam", "BeamFactory") { AllowsPython = false });
        Assert.Contains("--python allow", refusal);
        Assert.Contains("'python: allow'", refusal);
    }

    [Theory]
    [InlineData("beam.py", null, "needs the name of the factory class")]
    [InlineData("beam.py", "NoSuch", "no class NoSuch in beam.py")]
    [InlineData("beam.py", "os; x", "not the name of a Python class")]
    [InlineData("absent.py", "BeamFactory", "no Python file there")]
    [InlineData("", null, "name the factory class")]
    [InlineData("make_pickles.txt", null, "no such file or folder")]
    public void What_it_does_not_take_is_refused_with_the_reason(string path, string? factory, string reason) =>
        Assert.Contains(reason, Loader().Refuses(new ModelSource(Path.Combine(PythonCase.Folder, path), "m", factory)));

    [Fact]
    public void An_interpreter_that_is_not_there_is_named() =>
        Assert.Contains("/no/such/python", new PythonModelLoader(PythonCase.Allowed with { Interpreter = "/no/such/python" }, TimeProvider.System)
            .Refuses(new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "m", "BeamFactory")));

    [Fact]
    public void The_factory_is_found_in_its_folder()
    {
        using var beam = new PythonCase(new ModelSource(PythonCase.Folder, "beam", "BeamFactory"));
        Assert.Equal(3, beam.Model.Info.Inputs.Length);
        using var named = new PythonCase(new ModelSource(PythonCase.Folder, "beam", "beam.BeamFactory"));
        Assert.Equal(3, named.Model.Info.Inputs.Length);
    }

    [Fact]
    public void The_digest_changes_with_the_files_and_is_known_before_loading()
    {
        using var folder = new TemporaryFolder();
        folder.CopyFrom(PythonCase.Folder);
        var source = new ModelSource(Path.Combine(folder.Path, "beam.py"), "beam", "BeamFactory");
        var before = Loader().Digest(source);
        using (var model = Loader().Load(source, CancellationToken.None))
            Assert.Equal(before, model.Info.Digest);
        folder.Write("kinds.py", "changed = True");
        Assert.NotEqual(before, Loader().Digest(source));
    }

    [Fact]
    public void Two_files_of_one_folder_with_a_class_of_one_name_are_two_models()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (folder.Write("first.py", "class F: pass\n"), folder.Write("second.py", "class F: pass\n"));
        Assert.NotEqual(Loader().Digest(new ModelSource(first, "m", "F")), Loader().Digest(new ModelSource(second, "m", "F")));
    }

    [Fact]
    public void A_distribution_is_its_mean_and_where_it_is_asked_for_its_deviation()
    {
        const string Model = "import torch\nclass DistributionVariable:\n    name, unit = 'y', 'mm'\nclass F:\n    input_variables = ['x']\n    output_variables = OUTPUTS\n    def get_model(self):\n        return self\n"
            + "    def evaluate(self, d):\n        return {'y': torch.distributions.Normal(torch.tensor(d['x']), torch.tensor(2.0))}\n";
        using var folder = new TemporaryFolder();
        foreach (var (outputs, expected) in new (string, string[])[] { ("['y']", ["y"]), ("['y', 'y_std']", ["y", "y_std"]), ("[DistributionVariable()]", ["y", "y_std"]) })
        {
            using var model = new PythonCase(new ModelSource(folder.Write("m.py", Model.Replace("OUTPUTS", outputs, StringComparison.Ordinal)), "m", "F"));
            Assert.Equal(expected, model.Model.Info.Outputs.Select(o => o.Name));
            Assert.Equal(new[] { 3.5, 2 }[..expected.Length], model.Evaluate(PvValue.Double(3.5)).Select(v => v.AsDouble()));
        }
    }

    [Theory]
    [InlineData("def predict(self, context, model_input, params=None):")]
    [InlineData("def predict(self, model_input, params=None):")]
    [InlineData("def predict(self, model_input):")]
    public void Models_from_code_run_without_mlflow_with_either_form_of_predict(string head)
    {
        using var folder = new TemporaryFolder();
        folder.Write("MLmodel", """
            flavors:
              python_function: {loader_module: mlflow.pyfunc.model, model_code_path: /home/eva/notebooks/gun.py, python_version: 3.11.2}
            signature:
              inputs: '[{"type": "double", "name": "a"}, {"type": "double", "name": "b"}]'
              outputs: '[{"type": "double", "name": "sum"}]'
            """);
        folder.Write("gun.py", $"import mlflow\nfrom mlflow.pyfunc import PythonModel\nclass Gun(PythonModel):\n    {head}\n        return model_input['a'] + model_input['b']\nmlflow.models.set_model(Gun())\n");
        using var gun = new PythonCase(new ModelSource(folder.Path, "gun"));
        Assert.Equal(["sum"], gun.Model.Info.Outputs.Select(o => o.Name));
        Assert.Equal(5, gun.Evaluate(PvValue.Double(2), PvValue.Double(3))[0].AsDouble());
    }

    [Fact]
    public void Code_that_names_no_model_is_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("MLmodel", "flavors: {python_function: {loader_module: mlflow.pyfunc.model, model_code_path: gun.py}}");
        folder.Write("gun.py", "x = 1\n");
        Assert.Contains("gun.py calls no mlflow.models.set_model", Assert.Throws<ModelException>(() => Loader().Load(new ModelSource(folder.Path, "gun"), CancellationToken.None)).Message);
    }

    [Fact]
    public void A_model_without_names_takes_those_of_the_configuration_or_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("bare.py", "class F:\n    def get_model(self):\n        return self\n    def evaluate(self, d):\n        return {'y': d['x'] * 2}\n");
        var error = Assert.Throws<ModelException>(() => Loader().Load(new ModelSource(path, "bare", "F"), CancellationToken.None));
        Assert.Contains("input_variables", error.Message);
        using var named = new PythonCase(new ModelSource(path, "bare", "F", ["x"]) { WantedOutputs = ["y"] });
        Assert.Equal(5, named.Evaluate(PvValue.Double(2.5))[0].AsDouble());
    }

    [Fact]
    public void Outputs_that_are_not_named_are_found_by_one_call_with_the_defaults()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("m.py", "input_variables = {'x': {'default_value': 2.0}}\nclass F:\n    def get_model(self):\n        return self\n    def evaluate(self, d):\n        return {'twice': d['x'] * 2, 'name': 'n'}\n");
        using var model = new PythonCase(new ModelSource(path, "m", "F"));
        Assert.Equal([("twice", PvKind.Float64), ("name", PvKind.String)], model.Model.Info.Outputs.Select(o => (o.Name, o.Kind)));
    }

    [Theory]
    [InlineData("raise RuntimeError('no beam')\n", "RuntimeError: no beam")]
    [InlineData("def broken(:\n", "SyntaxError")]
    [InlineData("import os\nos._exit(4)\n", "exited with code 4")]
    public void A_module_that_cannot_be_imported_is_refused_with_its_error(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("m.py", text + "class F: pass\n");
        Assert.Contains(reason, Assert.Throws<ModelException>(() => Loader().Load(new ModelSource(path, "m", "F"), CancellationToken.None)).Message);
    }

    [Fact]
    public void Workers_are_limited_and_a_stopped_one_makes_room()
    {
        var loader = new PythonModelLoader(PythonCase.Allowed with { MaxWorkers = 1 }, TimeProvider.System);
        var source = new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "beam", "BeamFactory");
        var first = loader.Load(source, CancellationToken.None);
        Assert.Contains("all 1 Python workers", Assert.Throws<ModelException>(() => loader.Load(source, CancellationToken.None)).Message);
        first.Dispose();
        loader.Load(source, CancellationToken.None).Dispose();
    }

    [Fact]
    public void Memory_of_all_workers_is_limited()
    {
        var loader = new PythonModelLoader(PythonCase.Allowed with { WorkerMemory = 600 << 20, TotalMemory = 1000 << 20 }, TimeProvider.System);
        var source = new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "beam", "BeamFactory");
        using var first = loader.Load(source, CancellationToken.None);
        Assert.Contains("600 MiB of the 1,000 MiB", Assert.Throws<ModelException>(() => loader.Load(source, CancellationToken.None)).Message);
    }

    [Fact]
    public void What_registries_hold_is_loaded_without_mlflow()
    {
        using var folder = new TemporaryFolder();
        var marker = Path.Combine(folder.Path, "command-ran");
        var reference = JsonDocument.Parse(PythonCase.Run("make_pickles.py", folder.Path, marker)).RootElement;

        using (var sklearn = Open("sklearn"))
        {
            Assert.Equal(["a", "b"], sklearn.Model.Info.Inputs.Select(i => i.Name));
            Assert.Equal(reference.GetProperty("sklearn").GetDouble(), sklearn.Evaluate(PvValue.Double(1.5), PvValue.Double(-2))[0].AsDouble(), 1e-12);
        }
        using (var pyfunc = Open("pyfunc"))
        {
            Assert.Equal(("mm", 2.0), (pyfunc.Model.Info.Inputs[0].Units, pyfunc.Model.Info.Inputs[0].Default.AsDouble()));
            Assert.Equal(23, pyfunc.Evaluate(default, default)[0].AsDouble());
        }
        using (var pytorch = Open("pytorch"))
            Assert.Equal(reference.GetProperty("pytorch").EnumerateArray().Select(v => v.GetDouble()), pytorch.Evaluate(PvValue.Double(0.25), PvValue.Double(-1.5)).Select(v => v.AsDouble()));
        using (var script = Open("script"))
        {
            Assert.Equal(["u", "v"], script.Model.Info.Outputs.Select(o => o.Name));
            Assert.Equal(reference.GetProperty("pytorch").EnumerateArray().Select(v => v.GetDouble()), script.Evaluate(default, default).Select(v => v.AsDouble()));
        }

        // A pickle that runs a command: never in this process, and in the worker only when Python is allowed.
        Assert.NotNull(new PythonModelLoader(new PythonOptions(), TimeProvider.System).Refuses(new ModelSource(Path.Combine(folder.Path, "evil"), "evil")));
        Assert.Null(Loader().Refuses(new ModelSource(Path.Combine(folder.Path, "evil"), "evil")));
        Loader().Digest(new ModelSource(Path.Combine(folder.Path, "evil"), "evil"));
        Assert.False(File.Exists(marker));

        PythonCase Open(string name) => new(new ModelSource(Path.Combine(folder.Path, name), name));
    }

    [Fact]
    public void A_lume_model_of_a_class_that_is_not_native_says_which_package_it_needs()
    {
        var source = new ModelSource(SharedData.Require("data/models/gp/single_task_gp"), "gp");
        Assert.Null(Loader().Refuses(source));
        Assert.Contains("lume_model", Assert.Throws<ModelException>(() => Loader().Load(source, CancellationToken.None)).Message);
    }

    [Fact]
    public void The_published_TorchScript_of_the_LCLS_model_gives_what_torch_gave()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.Require("data/models/lcls/reference.json")));
        var inputs = json.RootElement.GetProperty("inputs")[3];
        var outputs = json.RootElement.GetProperty("outputs")[3];
        using var script = new PythonCase(new ModelSource(SharedData.Require("data/models/torchscript/lcls_pv_f64.traced.pt"), "lcls", null, [.. inputs.EnumerateObject().Select(p => p.Name)])
        {
            WantedOutputs = [.. outputs.EnumerateObject().Select(p => p.Name)],
        });
        var result = script.Evaluate([.. inputs.EnumerateObject().Select(p => PvValue.Double(p.Value.GetDouble()))]);
        foreach (var (expected, actual) in outputs.EnumerateObject().Zip(result))
            Assert.True(Math.Abs(expected.Value.GetDouble() - actual.AsDouble()) <= 1e-10 * Math.Abs(expected.Value.GetDouble()), $"{expected.Name}: {actual}");
    }

    private static PythonModelLoader Loader() => new(PythonCase.Allowed, TimeProvider.System);
}
