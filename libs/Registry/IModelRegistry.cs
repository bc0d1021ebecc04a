namespace ModelManager.Registry;

/// <summary>Registered models, their versions, runs and tags: an MLflow server or a local MLflow folder.</summary>
/// <remarks>Every call may throw <see cref="RegistryUnavailableException"/>, <see cref="RegistryAccessException"/>, <see cref="RegistryAnswerException"/> and <see cref="RegistryRequestException"/>.</remarks>
public interface IModelRegistry
{
    /// <summary>The server's address without credentials: part of a version's identity.</summary>
    string ServerId { get; }

    /// <exception cref="RegistryNotFoundException">No such model.</exception>
    Task<RegisteredModel> GetRegisteredModel(string name, CancellationToken cancellation);

    /// <summary>All matching models, each once, prompts left out, whatever the number of pages.</summary>
    Task<IReadOnlyList<RegisteredModel>> SearchRegisteredModels(ModelFilter filter, CancellationToken cancellation);

    /// <exception cref="RegistryNotFoundException">No such model or version.</exception>
    Task<ModelVersion> GetVersion(string name, string version, CancellationToken cancellation);

    /// <exception cref="RegistryNotFoundException">No such alias, or it points to a version that was deleted.</exception>
    Task<ModelVersion> GetVersionByAlias(string name, string alias, CancellationToken cancellation);

    /// <summary>The newest version of each stage (of one stage, if given).</summary>
    Task<IReadOnlyList<ModelVersion>> GetLatestVersions(string name, string? stage, CancellationToken cancellation);

    /// <summary>All versions, newest number first.</summary>
    Task<IReadOnlyList<ModelVersion>> SearchVersions(string name, CancellationToken cancellation);

    /// <summary>Where the bytes of a version are; may still be a <c>models:/m-</c> or <c>runs:/</c> URI.</summary>
    Task<string> GetDownloadUri(string name, string version, CancellationToken cancellation);

    /// <summary>The run, or null where it was removed.</summary>
    Task<RunInfo?> FindRun(string runId, CancellationToken cancellation);

    /// <summary>The logged model, or null: unknown, or a 2.x server.</summary>
    Task<LoggedModel?> FindLoggedModel(string modelId, CancellationToken cancellation);

    /// <summary>Logged models of that name in an experiment; none on 2.x.</summary>
    Task<IReadOnlyList<LoggedModel>> SearchLoggedModels(string experimentId, string name, CancellationToken cancellation);

    /// <exception cref="ReadOnlyRegistryException">A local folder.</exception>
    Task SetModelTag(string name, string key, string value, CancellationToken cancellation);

    /// <summary>Deleting a tag that is not there is no error.</summary>
    Task DeleteModelTag(string name, string key, CancellationToken cancellation);

    Task SetVersionTag(string name, string version, string key, string value, CancellationToken cancellation);

    Task DeleteVersionTag(string name, string version, string key, CancellationToken cancellation);
}
