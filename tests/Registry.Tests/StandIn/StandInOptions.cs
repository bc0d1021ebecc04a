namespace ModelManager.Registry.Tests.StandIn;

/// <summary>Which MLflow the stand-in is.</summary>
public enum MlflowGeneration
{
    /// <summary>2.17.2: models lie in their run.</summary>
    V217,

    /// <summary>3.6.1: models lie beside the runs, versions point to models:/m-..., the Host header is checked.</summary>
    V36,
}

public sealed record StandInOptions(MlflowGeneration Generation)
{
    /// <summary>As of <c>--static-prefix</c>: "" or "/prefix".</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>With it, the basic-auth app is on; /health stays open, and in 3.x /version.</summary>
    public (string User, string Password)? Basic { get; init; }

    /// <summary>With it, this bearer token is wanted (a gateway in front; MLflow itself has none).</summary>
    public string? Bearer { get; init; }

    /// <summary>The user may read only: tag writes give 403.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>As of <c>--serve-artifacts</c>.</summary>
    public bool ServeArtifacts { get; init; } = true;

    /// <summary>Hosts besides localhost and private addresses (3.5 and later).</summary>
    public string[] AllowedHosts { get; init; } = [];

    /// <summary>Root of new experiments; "mlflow-artifacts:" or for example "s3://bucket".</summary>
    public string ArtifactRoot { get; init; } = "mlflow-artifacts:";

    /// <summary>The server's own folder, which shows in its messages.</summary>
    public string ArtifactFolder { get; init; } = "/srv/mlflow/mlartifacts";

    public bool Https { get; init; }
}
