using System.CommandLine;

namespace ModelManager.Silo.CommandLine;

/// <summary>The whole command line.</summary>
internal static class RootCommands
{
    private const string About = """
        Puts machine-learning models into the control loop of a particle accelerator: reads PVs, computes model inputs by formula, evaluates the model, serves the results as PVs.

        See it run:            model_manager demo
        Run one deployment:    model_manager -c pv_mapping.yaml -l MODEL_FOLDER -p        (add --simulate to try it without PVs)
        Check a configuration: model_manager validate pv_mapping.yaml
        Serve many:            model_manager silo     then     model_manager deploy pv_mapping.yaml -l MODEL_FOLDER

        Nothing is published unless -p (or 'publish: true' in the file) says so. Exit codes: 0 done, 1 failed, 2 usage.
        """;

    public static RootCommand Create()
    {
        var server = new ServerOptions();
        var root = new RootCommand(About);
        RunCommand.AddAction(root);
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(SiloCommand.Create());
        root.Subcommands.Add(DeployCommand.Create(server));
        foreach (var command in RemoteCommands.All(server).Concat(ConfigurationCommands.All()))
            root.Subcommands.Add(command);
        root.Subcommands.Add(PvCommand.Create());
        root.Subcommands.Add(FormulaCommand.Create());
        root.Subcommands.Add(EvaluateCommand.Create());
        root.Subcommands.Add(InspectCommand.Create());
        return root;
    }
}
