using System.Collections.Immutable;

namespace ModelManager.Grains;

[GenerateSerializer, Alias("mm.DeploymentFault")]
public enum DeploymentFault { InvalidSpec, PvClaimed, NotFound, ModelUnavailable, NotRunning, Refused, StoreUnavailable }

/// <summary>Why a control call was refused: the message names the deployment, the cause and the way out.</summary>
[GenerateSerializer, Alias("mm.DeploymentException")]
public sealed class DeploymentException : Exception
{
    public DeploymentException(DeploymentFault fault, string message, ImmutableArray<string> details = default) : base(message)
    {
        Fault = fault;
        Details = details.IsDefault ? [] : details;
    }

    [Id(0)] public DeploymentFault Fault { get; private set; }

    /// <summary>One line per finding: specification errors as file:line:column, claim conflicts as PV and holder.</summary>
    [Id(1)] public ImmutableArray<string> Details { get; private set; } = [];
}
