using System.Text;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.Mlflow;

/// <summary>The simple example, registered as lume_model/mlflow_utils.py does: the YAML, the weights and the configuration lie in the run's folder of the model's name.</summary>
internal static class SimpleModel
{
    public const string Output = "LUME:MLFLOW:TEST_G";

    private static string Folder => Path.Combine(SharedData.RepositoryRoot, "examples", "simple");

    /// <summary>On simulated PVs, since the tests have no control system.</summary>
    public static string Configuration { get; } = File.ReadAllText(Path.Combine(Folder, "pv_mapping.yaml"))
        .Replace("p4p_server", "simulator", StringComparison.Ordinal).Replace("p4p", "simulator", StringComparison.Ordinal);

    /// <param name="defaultX1">Told apart by this in the tests: another default is another digest.</param>
    /// <param name="configuration">Null = none.</param>
    public static StandInVersion Register(MlflowStandIn server, string name = "simple", double defaultX1 = 1.0, string? configuration = "", bool broken = false)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (var file in Directory.EnumerateFiles(Folder, "simple*"))
            files[$"{name}/{Path.GetFileName(file)}"] = File.ReadAllBytes(file);
        var yaml = File.ReadAllText(Path.Combine(Folder, "simple.yml")).Replace("default_value: 1.0", FormattableString.Invariant($"default_value: {defaultX1:0.0}"), StringComparison.Ordinal);
        files[$"{name}/simple.yml"] = Encoding.UTF8.GetBytes(yaml);
        if (configuration is not null)
            files[$"{name}/pv_mapping.yaml"] = Encoding.UTF8.GetBytes(configuration.Length == 0 ? Configuration : configuration);
        if (broken)
            files[$"{name}/simple_model.pt"] = "<html>no weights</html>"u8.ToArray();
        return server.State.Register(name, new Dictionary<string, byte[]> { ["MLmodel"] = "flavors: {}"u8.ToArray() }, files);
    }
}
