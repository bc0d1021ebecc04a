using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Models;

namespace ModelManager.Pipeline;

/// <summary>Resolves every name of a spec to a slot. Collects errors and goes on, so that all of them are told.</summary>
internal sealed partial class PlanBuilder(DeploymentSpec spec, Func<string, ModelInfo?> modelOf, TransformerRegistry transformers)
{
    // Topics by which older brokers polled interfaces (upstream.md A6): they carry no values.
    private static readonly string[] ClockTopics = ["get_all", "update"];

    private readonly List<SpecError> _errors = [];
    private readonly List<SpecError> _warnings = [];
    private readonly List<PlanSlot> _slots = [];
    private readonly Dictionary<string, Dictionary<string, int>> _emitted = [];      // by module key: name -> slot
    private readonly Dictionary<string, List<ModuleSpec>> _publishers = [];          // by topic
    private readonly HashSet<int> _consumed = [];

    public Checked<Plan> Build()
    {
        CheckTrigger();
        EmitSources();
        var sourceSlots = _slots.Count;
        var transformersOf = EmitNodes();
        foreach (var module in spec.Modules)
            if (module.Publishes is { } topic)
                (_publishers.TryGetValue(topic, out var list) ? list : _publishers[topic] = []).Add(module);
        CheckTopics();

        var nodes = new List<PlanNode>();
        foreach (var module in spec.Modules)
        {
            if (module is TransformerModule transformer)
                nodes.Add(WireTransformer(transformer, transformersOf[module.Key]));
            else if (module is ModelModule && modelOf(module.Key) is { } info)
                nodes.Add(WireModel(module, info));
        }
        var sinks = spec.Interfaces.Where(TakesValues).Select(WireSink).ToArray();
        var leader = LeaderSlot();
        var sources = spec.Interfaces.Where(i => i.IsSource).Select(s => SourceOf(s, sinks)).ToArray();
        WarnOfUnused(nodes);
        var ordered = InOrder(nodes);
        if (_errors.Count > 0)
            return new(null, [.. _errors], [.. _warnings]);
        Connect(ordered, sourceSlots);
        FollowUnits(ordered, sinks);
        var plan = new Plan(spec)
        {
            Slots = [.. _slots],
            SourceSlots = sourceSlots,
            Sources = sources,
            Nodes = ordered,
            Sinks = sinks,
            Leader = leader,
            Warnings = [.. _warnings],
        };
        return new(plan, [], [.. _warnings]);
    }

    private void CheckTrigger()
    {
        if (spec.Trigger.Kind == TriggerKind.Aligned)
            _errors.Add(new(Top, "trigger 'aligned' is not available in this version", "Use any, rate or leader"));
        if (spec.Trigger.Kind == TriggerKind.Rate && spec.Trigger.Rate is not { Ticks: > 0 })
            _errors.Add(new(Top, "trigger 'rate' needs a rate above 0", "Set 'rate' to seconds between ticks"));
    }

    private void EmitSources()
    {
        foreach (var source in spec.Interfaces.Where(i => i.IsSource))
        {
            var names = _emitted[source.Key] = new(StringComparer.Ordinal);
            foreach (var variable in source.Variables.Where(v => v.Mode != PvMode.Out))
            {
                names[variable.Key] = _slots.Count;
                _slots.Add(new(source.Key, variable.Key, variable.PvName, variable.Units, variable) { Origin = _slots.Count });
                if (variable.Input.OnInvalid == InvalidInputPolicy.Default && variable.Default.IsNone)
                    _errors.Add(new(variable.Where, $"'{variable.Key}' has 'on_invalid: default' and no 'default'", "Give it a 'default'"));
            }
            // Graph files may name a variable by its PV (upstream.md A4): the key wins where both exist.
            foreach (var variable in source.Variables.Where(v => v.Mode != PvMode.Out))
                names.TryAdd(variable.PvName, names[variable.Key]);
        }
    }

    private Dictionary<string, ITransformer?> EmitNodes()
    {
        var made = new Dictionary<string, ITransformer?>();
        foreach (var module in spec.Modules)
        {
            if (module is TransformerModule transformer)
            {
                made[module.Key] = transformers.Create(transformer.Transformer, _errors);
                Emit(module, (made[module.Key]?.Outputs ?? transformer.Transformer.Outputs).Select(o => (o, "")));
            }
            else if (module is ModelModule)
            {
                if (modelOf(module.Key) is { } info)
                    Emit(module, info.Outputs.Select(o => (o.Name, o.Units)));
                else
                    _errors.Add(new(module.Where, $"module '{module.Key}' has no model", "Name one with --model_name, --local or 'model:'"));
            }
        }
        return made;
    }

    private void Emit(ModuleSpec module, IEnumerable<(string Name, string Units)> outputs)
    {
        var names = _emitted[module.Key] = new(StringComparer.Ordinal);
        foreach (var (name, units) in outputs)
            if (names.TryAdd(name, _slots.Count))
                _slots.Add(new(module.Key, name, name, units, null));
    }

    private void CheckTopics()
    {
        foreach (var module in spec.Modules)
            foreach (var topic in module.Subscribes)
                if (!_publishers.ContainsKey(topic) && !(module is InterfaceModule && ClockTopics.Contains(topic)))
                    _errors.Add(new(module.Where, $"module '{module.Key}' subscribes to '{topic}', which no module publishes", DidYouMean.Hint(topic, _publishers.Keys, "Add the module that publishes it")));
    }

    private static bool TakesValues(InterfaceModule module) => module.Subscribes.Any(t => !ClockTopics.Contains(t));

    private PlanNode WireTransformer(TransformerModule module, ITransformer? transformer)
    {
        // One that could not be made still has its names checked.
        var names = transformer?.Inputs ?? module.Transformer.Inputs;
        var inputs = names.Select(name => Resolve(module, name, out var problem) is { } slot ? slot : Missing(module, $"symbol '{name}' of module '{module.Key}' {problem}", name)).ToArray();
        transformer ??= new PassThroughTransformer(new([.. module.Transformer.Outputs.Select(o => new PassThroughSpec(o, o, module.Where))], module.Where));
        return new PlanNode(module, transformer, null, inputs, [.. transformer.Outputs.Select(o => _emitted[module.Key].GetValueOrDefault(o))]);
    }

    private PlanSink WireSink(InterfaceModule module)
    {
        var variables = ImmutableArray.CreateBuilder<PvVariable>();
        var slots = new List<int>();
        foreach (var variable in module.Variables.Where(v => v.Mode != PvMode.In))
        {
            var slot = Resolve(module, variable.Key, out var problem) ?? Resolve(module, variable.PvName, out _);
            if (slot is { } found)
            {
                variables.Add(variable);
                slots.Add(found);
            }
            else if (!module.IsSource)
                _warnings.Add(new(variable.Where, $"output '{variable.Key}' of module '{module.Key}' {problem}; it is never written", DidYouMean.Hint(variable.Key, Visible(module), "Remove it, or compute it")));
        }
        return new(module, variables.ToImmutable(), [.. slots]);
    }

    // A variable that goes both ways and is only written is not monitored: it would come back as an update of nothing.
    private PlanSource SourceOf(InterfaceModule module, PlanSink[] sinks)
    {
        var written = sinks.Where(s => s.Module.Key == module.Key).SelectMany(s => s.Variables).Select(v => v.Key).ToHashSet();
        var names = _emitted[module.Key];
        var variables = module.Variables.Where(v => v.Mode != PvMode.Out && !(written.Contains(v.Key) && !_consumed.Contains(names[v.Key]))).ToImmutableArray();
        return new(module, variables, [.. variables.Select(v => names[v.Key])]);
    }

    private int LeaderSlot()
    {
        if (spec.Trigger is not { Kind: TriggerKind.Leader, Leader: var leader })
            return -1;
        foreach (var source in spec.Interfaces.Where(i => i.IsSource))
            if (leader is not null && _emitted[source.Key].TryGetValue(leader, out var slot))
            {
                _consumed.Add(slot);
                return slot;
            }
        _errors.Add(new(Top, $"the leader '{leader}' is not an input variable", DidYouMean.Hint(leader ?? "", spec.Interfaces.Where(i => i.IsSource).SelectMany(i => _emitted[i.Key].Keys), "Name one of the inputs")));
        return -1;
    }

    private SourceMark Top => new(spec.FileName.Length > 0 ? spec.FileName : spec.Name, 1, 1);
}
