using ModelManager.Models;

namespace ModelManager.Pipeline;

/// <summary>The one model call of a node, used again for every tick. Its answer goes on inside the engine on the model's own thread.</summary>
internal sealed class RunnerModelCall : ModelCall
{
    private readonly DeploymentRunner _runner;
    private readonly string _node;
    private readonly ModelAnswer _answer;
    private long _tick;

    public RunnerModelCall(DeploymentRunner runner, string node, ModelLease lease)
    {
        (_runner, _node) = (runner, node);
        Lease = lease;
        Outputs = new Values.PvValue[lease.Info.Outputs.Length];
        _answer = new ModelAnswer(Outputs, Warnings);
    }

    public void Prepare(Values.PvValue[] inputs, long tick)
    {
        Inputs = inputs;
        Array.Clear(Outputs);
        _tick = tick;
    }

    protected override void Completed(Exception? error) =>
        _runner.ModelAnswered(EngineEvent.ModelDone(_node, _tick, error is null ? _answer : _answer with { Error = Describe(error), IsLost = error is ModelHungException }));

    // A model is foreign code: what is not its own exception type is told with its kind.
    private static string Describe(Exception error) =>
        error is ModelException or ModelHungException or ModelBusyException or ObjectDisposedException ? error.Message : $"{error.GetType().Name}: {error.Message}";
}
