using Microsoft.Extensions.Logging;
using ModelManager.Models;

namespace ModelManager.Pipeline;

/// <summary>What all deployments of a silo share.</summary>
/// <param name="ExternalNodes">Needed only where a transformer has <c>own_grain: true</c>; without it such a node is fused like the others.</param>
public sealed record RunnerServices(
    ConnectorPool Connectors, ModelHost Models, TransformerRegistry Transformers, TimeProvider Time, ILoggerFactory Logging, IPublishGate Gate, IExternalNodes? ExternalNodes = null);
