using System.Collections.Concurrent;
using System.Reflection;
using ModelManager.Grains.Audit;

namespace ModelManager.Grains.Calls;

/// <summary>The one place that checks control calls: each needs a <see cref="CallContext"/>, and each from outside the system is audited, accepted or refused.</summary>
public sealed class ControlCallFilter(IAuditLog audit, TimeProvider time) : IIncomingGrainCallFilter
{
    private static readonly ConcurrentDictionary<MethodInfo, bool> IsControl = new();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod is not { } method || !IsControl.GetOrAdd(method, m => m.GetCustomAttribute<ControlCallAttribute>() is not null))
        {
            await context.Invoke();
            return;
        }
        if (CallContext.Current is not { } caller)
            throw new DeploymentException(DeploymentFault.Refused, $"{method.Name} of {context.TargetId} was called without saying who asks");
        if (caller.Principal.StartsWith("system:", StringComparison.Ordinal))
        {
            await context.Invoke();
            return;
        }
        try
        {
            await context.Invoke();
            Write(context, method, caller, context.Result is Generation applied ? Described(applied) : "", accepted: true);
        }
        catch (Exception error)
        {
            Write(context, method, caller, error.Message, accepted: false);
            throw;
        }
    }

    private static string Described(Generation applied) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"generation {applied.Number}, sha256 {applied.Sha256}{(applied.Model is { } model ? $", model {model}" : "")}");

    private void Write(IIncomingGrainCallContext context, MethodInfo method, CallContext caller, string detail, bool accepted)
    {
        // Only the call of the user is audited, not the calls it causes between grains.
        if (context.SourceId is not null && context.SourceId.Value.Type.ToString() is { } type && !type.StartsWith("sys.", StringComparison.Ordinal))
            return;
        var arguments = string.Join(", ", Enumerable.Range(0, context.Request.GetArgumentCount()).Select(i => context.Request.GetArgument(i)).Where(a => a is DesiredRun or bool or string).Select(a => a!.ToString()));
        audit.Write(new AuditEntry(time.GetUtcNow(), caller.Principal, caller.Origin, caller.RequestId, method.Name, context.TargetId.Key.ToString()!, detail.Length > 0 ? detail : arguments, accepted));
    }
}
