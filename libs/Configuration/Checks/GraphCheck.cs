using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>What no single module can tell: that together they are a deployment which can work.</summary>
internal static class GraphCheck
{
    public static void Run(DeploymentSpec spec, KnownModules known, Section root, Findings findings)
    {
        var view = new GraphView(spec);
        TopicCheck.Run(view, findings);
        LoopCheck.Run(view, findings);
        PublisherCheck.Run(view, known, findings);
        SymbolCheck.Run(view, findings);
        SinkCheck.Run(view, findings);
        FormulaCheck.Run(spec, findings);
        DataFileCheck.Run(spec, findings);
        CheckLeader(spec, root, findings);
        CheckModels(spec, root, findings);
    }

    private static void CheckLeader(DeploymentSpec spec, Section root, Findings findings)
    {
        if (spec.Trigger is not { Kind: TriggerKind.Leader, Leader: { } leader } || spec.Modules.Any(m => m is UnreadModule))
            return;
        var inputs = spec.Interfaces.Where(i => i.IsSource).SelectMany(i => i.Variables).Where(v => v.Mode != PvMode.Out).ToArray();
        if (inputs.All(v => v.Key != leader) && root.Sub("deployment", "deployment")?.Get("leader") is { } node)
            findings.Error(node.Where, $"leader '{leader}' is not an input variable of any interface", Spelling.DidYouMean(leader, inputs.Select(v => v.Key)));
    }

    private static void CheckModels(DeploymentSpec spec, Section root, Findings findings)
    {
        var models = spec.Models.ToArray();
        if (models.Length == 0 && spec.Modules.All(m => m is not UnreadModule))
            findings.Warn(root.KeyMark("modules"), "there is no model module; values only go through transformers", "Add a module of type 'model.NAME'.");
        if (models.Length > 1 && spec.Model is not null)
            findings.Error(root.Sub("deployment", "deployment")!.KeyMark("model"), $"'model' in deployment names one model for {models.Length} model modules ({Words.And([.. models.Select(m => m.Key)])})", "Name each in the 'config' of its module.");
        foreach (var model in models.Where(m => m.Model is not null && spec.Model is not null && models.Length == 1))
            findings.Warn(root.Sub("deployment", "deployment")!.KeyMark("model"), $"'model' in deployment wins over the one in the config of module '{model.Key}'", "Name the model in one place.");
    }
}
