using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Configuration.Spec;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Pipeline;

/// <summary>The LCLS injector model between two transformers, its PVs on a <see cref="BenchConnector"/>.</summary>
internal sealed class LclsDeployment : IAsyncDisposable
{
    private static readonly SourceMark Here = new("benchmark", 1, 1);
    private static readonly string[] Example2Symbols =
    [
        "CAMR:IN20:186:XRMS", "CAMR:IN20:186:YRMS", "SOLN:IN20:121:BACT", "QUAD:IN20:121:BACT", "QUAD:IN20:122:BACT", "ACCL:IN20:300:L0A_PDES", "ACCL:IN20:400:L0B_PDES", "ACCL:IN20:300:L0A_ADES",
        "ACCL:IN20:400:L0B_ADES", "QUAD:IN20:361:BACT", "QUAD:IN20:371:BACT", "QUAD:IN20:425:BACT", "QUAD:IN20:441:BACT", "QUAD:IN20:511:BACT", "QUAD:IN20:525:BACT", "FBCK:BCI0:1:CHRG_S",
    ];

    private readonly ModelSource _source;

    /// <param name="every">Each set its own tick.</param>
    /// <param name="model">Instead of the LCLS model, with the same inputs and outputs.</param>
    public LclsDeployment(bool every, Func<ModelInfo, IModel>? model = null)
    {
        var folder = SharedData.Require("data/models/lcls");
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        Inputs = [.. reference.RootElement.GetProperty("input_names").EnumerateArray().Select(n => n.GetString()!)];
        Outputs = [.. reference.RootElement.GetProperty("output_names").EnumerateArray().Select(n => n.GetString()!)];
        Rows = [.. reference.RootElement.GetProperty("inputs").EnumerateArray().Select(row => Inputs.Select(n => row.GetProperty(n).GetDouble()).ToArray())];
        Host = new ModelHost(new ModelHostOptions { Threads = 1 }, [new LumeModelLoader()], TimeProvider.System);
        _source = new ModelSource(Path.Combine(folder, "model", "pv_model.yml"), "lcls");
        Lease = Acquire("benchmark").GetAwaiter().GetResult();
        if (model is not null)
            Lease = Host.Adopt(model(Lease.Info), "benchmark");
        Pool = new ConnectorPool([Connector]);
        Spec = SpecOf(Inputs, Outputs) with { Mailbox = every ? MailboxKind.Every : MailboxKind.Latest };
        Services = new(Pool, Host, TransformerRegistry.BuiltIn, TimeProvider.System, NullLoggerFactory.Instance, OpenGate.Instance);
    }

    /// <summary>The transformer of Example 2: a constant, a root, fourteen symbols as they are.</summary>
    public static SimpleTransformerSpec Example2 { get; } = new([.. Example2Symbols],
        [
            new("t", "1.8550514181818183", Here), new("r", "(CAMR:IN20:186:XRMS**2 + CAMR:IN20:186:YRMS**2)**(1/2)", Here),
            .. Example2Symbols.Skip(2).Select(s => new FormulaSpec($"m:{s}", s, Here)),
        ], Here);

    public string[] Inputs { get; }
    public string[] Outputs { get; }
    public double[][] Rows { get; }
    public ModelHost Host { get; }
    public ModelLease Lease { get; }
    public ConnectorPool Pool { get; }
    public BenchConnector Connector { get; } = new();
    public DeploymentSpec Spec { get; }
    public RunnerServices Services { get; }

    public DeploymentRunner Make(string name, ModelLease? lease = null) => new(Spec, new RunnerOptions(name, Publish: true), DeploymentModels.Of(Spec, lease ?? Lease), Services);

    /// <summary>The model for one more owner: its weights are shared.</summary>
    public Task<ModelLease> Acquire(string owner) => Host.Acquire(_source, owner, CancellationToken.None);

    public UpdateSet Set(long id)
    {
        var row = Rows[id % Rows.Length];
        var now = TimeProvider.System.GetTimestamp();
        var updates = new PvUpdate[Inputs.Length];
        for (var i = 0; i < updates.Length; i++)
            updates[i] = PvUpdate.Of(Inputs[i], PvValue.Double(row[i]), new(1000 + id, 0), receivedTicks: now);
        return new(id, ImmutableCollectionsMarshal(updates));
    }

    public async ValueTask DisposeAsync()
    {
        Lease.Dispose();
        await Pool.DisposeAsync();
        await Host.DisposeAsync();
    }

    private static ImmutableArray<PvUpdate> ImmutableCollectionsMarshal(PvUpdate[] updates) =>
        System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(updates);

    private static DeploymentSpec SpecOf(string[] inputs, string[] outputs) => new()
    {
        Name = "lcls",
        Modules =
        [
            new InterfaceModule("in", "interface.bench", [], "inputs", Here, [.. inputs.Select(i => new PvVariable(i, i, Here))]),
            new TransformerModule("before", "transformer.SimpleTransformer", ["inputs"], "model_inputs", Here,
                new SimpleTransformerSpec([.. inputs], [.. inputs.Select(i => new FormulaSpec(i, i, Here))], Here)),
            new ModelModule("model", "model.lume", ["model_inputs"], "model_outputs", Here, null, []),
            new TransformerModule("after", "transformer.SimpleTransformer", ["model_outputs"], "outputs", Here,
                new SimpleTransformerSpec([.. outputs], [.. outputs.Select(o => new FormulaSpec($"ML:{o}", o, Here)), new FormulaSpec("ML:COMBINED", "(sigma_z**2 + norm_emit_x**2)**(1/2)", Here)], Here)),
            new InterfaceModule("out", "interface.bench", ["outputs"], null, Here, [.. outputs.Select(o => new PvVariable($"ML:{o}", $"ML:{o}", Here)), new PvVariable("ML:COMBINED", "ML:COMBINED", Here)]),
        ],
    };
}
