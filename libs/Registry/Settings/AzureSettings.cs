namespace ModelManager.Registry;

/// <summary>Credentials for <c>wasbs://</c>, in MLflow's order: <c>AZURE_STORAGE_CONNECTION_STRING</c>, <c>AZURE_STORAGE_ACCESS_KEY</c>, then the identity of the process.</summary>
public sealed record AzureSettings(Secret? ConnectionString, Secret? AccessKey)
{
    public static readonly AzureSettings Default = new(null, null);

    public override string ToString() => ConnectionString is not null ? "Azure by connection string" : AccessKey is not null ? "Azure by access key" : "Azure by the identity of the process";
}
