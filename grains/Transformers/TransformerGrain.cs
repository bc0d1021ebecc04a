using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Grains.Deployments;
using ModelManager.Pipeline;
using ModelManager.Values;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace ModelManager.Grains.Transformers;

/// <inheritdoc cref="ITransformerGrain"/>
[ImplicitStreamSubscription(StreamNames.NodeInput)]
public sealed class TransformerGrain(ISpecSourceReader reader, TransformerRegistry transformers, LocalDeployments local) : Grain, ITransformerGrain, IStreamSubscriptionObserver
{
    private string _hash = "";
    private TransformerModule? _module;
    private NodeEvaluator? _evaluator;
    private ImmutableArray<PvUpdate> _lastResult = [];

    private string Deployment => Key[..Key.LastIndexOf('/')];
    private string Node => Key[(Key.LastIndexOf('/') + 1)..];
    private string Key => this.GetPrimaryKeyString();

    public async Task<TransformerView> Inspect()
    {
        var (module, _) = await Current();
        var runner = local.Find(Deployment);
        var inputs = module.Transformer.Inputs;
        var seen = runner?.Inputs.Where(i => i.Arrived).Select(i => i.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        var outputs = _lastResult;
        return new TransformerView(
            Node, module.Type, module.OwnGrain, inputs, module.Transformer.Outputs,
            [.. inputs.Where(name => runner is not null && runner.Inputs.Any(i => i.Name == name) && !seen.Contains(name))],
            new PvBatch(Key, [new UpdateSet(0, outputs)]),
            [.. outputs.Where(o => o.Sample.Alarm.Severity == AlarmSeverity.Invalid).Select(o => $"{o.Name}: {o.Sample.Alarm.Message}")]);
    }

    public async Task<PvBatch> Evaluate(PvBatch inputs, CancellationToken cancellation)
    {
        var (module, evaluator) = await Current();
        var names = module.Transformer.Inputs;
        var samples = new PvSample[names.Length];
        foreach (var update in inputs.Sets.SelectMany(set => set.Updates))
        {
            var index = names.IndexOf(update.Name);
            if (index < 0)
                throw new DeploymentException(DeploymentFault.InvalidSpec, $"transformer '{Key}' has no input '{update.Name}'; it has {string.Join(", ", names)}");
            samples[index] = update.Sample;
        }
        return new PvBatch(Key, [new UpdateSet(0, Named(module, evaluator.Evaluate(samples)))]);
    }

    /// <summary>With <c>own_grain: true</c> sets arrive here, each with the sequence of its tick.</summary>
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<PvBatch>().ResumeAsync(async (batch, _) =>
        {
            var (module, evaluator) = await Current();
            var answers = batch.Sets.Select(set => new UpdateSet(set.Id, Named(module, evaluator.Evaluate([.. set.Updates.Select(update => update.Sample)])))).ToImmutableArray();
            _lastResult = answers[^1].Updates;
            await this.GetStreamProvider(StreamNames.Provider).GetStream<PvBatch>(StreamNames.NodeOutput, Key).OnNextAsync(new PvBatch(Key, answers));
        });

    private async Task<(TransformerModule Module, NodeEvaluator Evaluator)> Current()
    {
        var definition = await GrainFactory.GetGrain<IDeploymentGrain>(Deployment).Definition();
        if (definition.Generations.IsEmpty)
            throw new DeploymentException(DeploymentFault.NotFound, $"there is no deployment '{Deployment}'");
        var hash = definition.Generations[^1].Sha256;
        if (_evaluator is null || hash != _hash)
        {
            var spec = reader.Read(Deployment, definition.Source, strict: false);
            _module = spec.Transformers.FirstOrDefault(module => module.Key == Node)
                ?? throw new DeploymentException(DeploymentFault.NotFound, $"deployment '{Deployment}' has no transformer '{Node}'; it has {string.Join(", ", spec.Transformers.Select(t => t.Key))}");
            var errors = new List<SpecError>();
            var transformer = transformers.Create(_module.Transformer, errors) ?? throw new InvalidSpecException([.. errors]);
            _evaluator = new NodeEvaluator(transformer, spec.Timestamp);
            _hash = hash;
        }
        return (_module!, _evaluator);
    }

    private static ImmutableArray<PvUpdate> Named(TransformerModule module, PvSample[] samples)
    {
        var names = module.Transformer.Outputs;
        return [.. samples.Select((sample, i) => new PvUpdate(names[i], sample))];
    }
}
