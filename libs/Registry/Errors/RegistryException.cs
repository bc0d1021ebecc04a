namespace ModelManager.Registry;

/// <summary>Something about a model's registry or artifacts that a user must hear: the message names the thing, the cause and the way out, and holds no secret.</summary>
public abstract class RegistryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The server or store did not answer, or not in time, or is overloaded. What is cached goes on being served; trying again later may help.</summary>
public sealed class RegistryUnavailableException(string message, Exception? inner = null) : RegistryException(message, inner)
{
    /// <summary>What the server asked us to wait (<c>Retry-After</c>), if it did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How often repeating is worth while: a 500 of MLflow is more often a bug than a hiccup.</summary>
    internal int RepeatAtMost { get; init; } = int.MaxValue;
}

/// <summary>Credentials are missing, wrong or too weak (401, 403), or the server refuses our address. Trying again does not help.</summary>
public sealed class RegistryAccessException(string message, Exception? inner = null) : RegistryException(message, inner);

/// <summary>No such model, version, alias, run or logged model.</summary>
public sealed class RegistryNotFoundException(string message, Exception? inner = null) : RegistryException(message, inner);

/// <summary>The server understood and refused (400, 409, 501 and the like); its own words are in the message.</summary>
public sealed class RegistryRequestException(string message, int status, string serverMessage) : RegistryException(message)
{
    public int Status { get; } = status;

    /// <summary>The server's own words.</summary>
    public string ServerMessage { get; } = serverMessage;
}

/// <summary>The answer is not MLflow's: a login page, another service, broken JSON.</summary>
public sealed class RegistryAnswerException(string message, Exception? inner = null) : RegistryException(message, inner)
{
    /// <summary>The HTTP status it came with; 0 = none.</summary>
    public int Status { get; init; }
}

/// <summary>The version exists but must not be served: registration pending or failed.</summary>
public sealed class ModelNotReadyException(string message) : RegistryException(message);

/// <summary>A write to a registry that is only read (a local folder).</summary>
public sealed class ReadOnlyRegistryException(string message) : RegistryException(message);
