namespace ModelManager.Models;

/// <summary>A call did not return in time, or is refused because earlier ones of this model did not. The process lives on; the deployment of that model does not.</summary>
public sealed class ModelHungException(string message) : Exception(message);

/// <summary>More calls wait than the host allows: the call was not queued. Try again with the newest inputs.</summary>
public sealed class ModelBusyException(string message) : Exception(message);
