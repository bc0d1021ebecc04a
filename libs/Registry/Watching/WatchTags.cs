namespace ModelManager.Registry;

/// <summary>The tags of a registered model that steer a deployment, and those that report it.</summary>
public static class WatchTags
{
    /// <summary><c>prod</c> or <c>continuous</c> (legacy): deploy this model.</summary>
    public const string Type = "deployment_type";

    /// <summary><c>true</c>: stop it; wins over everything.</summary>
    public const string Terminate = "deployment_terminate";

    /// <summary>Number or alias; absent = alias champion, else the newest that is READY.</summary>
    public const string Version = "deployment_version";

    /// <summary><c>true</c> or <c>false</c>; absent = the watcher's default.</summary>
    public const string Publish = "deployment_publish";

    public const string Status = "deployment_status";
    public const string Timestamp = "deployment_timestamp";
    public const string Pod = "deployment_pod_name";
    public const string Error = "deployment_error";

    /// <summary>Values of <see cref="Type"/> that deploy.</summary>
    public static readonly string[] DeployingTypes = ["prod", "continuous"];
}
