namespace ModelManager.Registry;

/// <summary>How the tracking server's TLS certificate is checked and which certificate we show.</summary>
/// <param name="Insecure"><c>MLFLOW_TRACKING_INSECURE_TLS</c>: no verification at all.</param>
/// <param name="ServerCertPath"><c>MLFLOW_TRACKING_SERVER_CERT_PATH</c>: PEM bundle of the authorities to trust instead of the system's.</param>
/// <param name="ClientCertPath"><c>MLFLOW_TRACKING_CLIENT_CERT_PATH</c>: one PEM with our certificate and its key.</param>
public sealed record TlsSettings(bool Insecure, string? ServerCertPath, string? ClientCertPath)
{
    public static readonly TlsSettings Default = new(false, null, null);
}
