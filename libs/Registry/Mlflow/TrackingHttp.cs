using System.Security.Cryptography.X509Certificates;

namespace ModelManager.Registry;

/// <summary>The HTTP handler towards a tracking server, with its TLS settings. Redirects, time-outs and retries are the transport's affair.</summary>
internal static class TrackingHttp
{
    /// <exception cref="RegistrySettingsException">A certificate file cannot be read.</exception>
    public static HttpClient Create(TlsSettings tls)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,            // the default handler would drop our credentials, or carry a login page home
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        if (tls.ClientCertPath is { } client)
            handler.SslOptions.ClientCertificates = [Load("MLFLOW_TRACKING_CLIENT_CERT_PATH", client, () => X509Certificate2.CreateFromPemFile(client))];
        if (tls.Insecure)
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if (tls.ServerCertPath is { } server)
            handler.SslOptions.CertificateChainPolicy = Trusting(Load("MLFLOW_TRACKING_SERVER_CERT_PATH", server, () =>
            {
                var bundle = new X509Certificate2Collection();
                bundle.ImportFromPemFile(server);
                return bundle;
            }));
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static T Load<T>(string variable, string path, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception wrong) when (wrong is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new RegistrySettingsException([$"{variable}: '{path}' cannot be used: {wrong.Message}"]);
        }
    }
}
