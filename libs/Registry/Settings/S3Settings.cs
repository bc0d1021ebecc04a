namespace ModelManager.Registry;

/// <summary>Where S3 is and with which keys, as MLflow and boto3 read it.</summary>
/// <param name="Endpoint"><c>MLFLOW_S3_ENDPOINT_URL</c>, else <c>AWS_ENDPOINT_URL_S3</c>, else <c>AWS_ENDPOINT_URL</c>; null = Amazon's.</param>
/// <param name="Region"><c>AWS_REGION</c>, else <c>AWS_DEFAULT_REGION</c>.</param>
/// <param name="AccessKey"><c>AWS_ACCESS_KEY_ID</c>; without it the SDK's own chain (profile, container, instance) is asked.</param>
/// <param name="Profile"><c>AWS_PROFILE</c>, with <paramref name="CredentialsFile"/> (<c>AWS_SHARED_CREDENTIALS_FILE</c>).</param>
/// <param name="IgnoreTls"><c>MLFLOW_S3_IGNORE_TLS</c>.</param>
/// <param name="Addressing"><c>MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE</c>: path, virtual or auto. Auto is path style at a custom endpoint.</param>
/// <param name="ExpectedBucketOwner"><c>MLFLOW_S3_EXPECTED_BUCKET_OWNER</c>.</param>
public sealed record S3Settings(
    Uri? Endpoint, string? Region, string? AccessKey, Secret? SecretKey, Secret? SessionToken,
    string? Profile, string? CredentialsFile, bool IgnoreTls, S3Addressing Addressing, string? ExpectedBucketOwner)
{
    public static readonly S3Settings Default = new(null, null, null, null, null, null, null, false, S3Addressing.Auto, null);

    public override string ToString() => $"S3 at {(Endpoint is null ? "Amazon" : SafeUri.Text(Endpoint))}, region {Region ?? "default"}, {(AccessKey is null ? "credentials of the SDK's chain" : "keys from the environment")}";
}

public enum S3Addressing { Auto, Path, Virtual }
