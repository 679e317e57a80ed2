using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Serverless.Core.Settings;

namespace Serverless.Functions.Storage;

/// <summary>
/// Reaches storage accounts as Azure Functions itself does: by <c>AzureWebJobsStorage</c>, a connection string or, in parts
/// such as <c>AzureWebJobsStorage__accountName</c>, an identity. Other accounts are reached by that identity alone.
/// </summary>
internal sealed class BlobAccess(IConfiguration configuration)
{
    private const string Connection = "AzureWebJobsStorage";

    private readonly Lazy<TokenCredential> _credential = new(() => new DefaultAzureCredential(new DefaultAzureCredentialOptions
    {
        ManagedIdentityClientId = ClientId(configuration),
    }));

    /// <summary>The client id of a user-assigned identity: the connection's own, or else <c>AZURE_CLIENT_ID</c>; null for the
    /// identity of the app.</summary>
    public static string? ClientId(IConfiguration configuration) =>
        Text(configuration, $"{Connection}:clientId") ?? Text(configuration, "AZURE_CLIENT_ID");

    /// <summary>The container of an address.</summary>
    /// <exception cref="InvalidOperationException">Nothing says which account it is in.</exception>
    public BlobContainerClient ContainerOf(BlobAddress address) =>
        (address.Account is { } account ? new BlobServiceClient(account, _credential.Value, Options()) : OwnAccount())
        .GetBlobContainerClient(address.Container);

    /// <summary>The account of a container.</summary>
    public static Uri AccountOf(BlobContainerClient container) => WithoutNames(container.Uri);

    /// <summary>A blob of an account that the identity, or the connection string, opens.</summary>
    public BlobClient BlobOf(Uri url)
    {
        var parts = new BlobUriBuilder(url);
        var account = WithoutNames(url);
        var own = OwnAccountOrNull();
        var service = own is not null && IsSame(own.Uri, account) ? own : new BlobServiceClient(account, _credential.Value, Options());
        return service.GetBlobContainerClient(parts.BlobContainerName).GetBlobClient(parts.BlobName);
    }

    private BlobServiceClient OwnAccount() => OwnAccountOrNull() ?? throw new InvalidOperationException(
        $"{Connection} is not set, so nothing says which account azure:// means. Allowed: a connection string, or "
        + $"{Connection}__accountName for an identity.");

    private BlobServiceClient? OwnAccountOrNull()
    {
        if (Text(configuration, Connection) is { } connection) return new BlobServiceClient(connection, Options());
        var address = Text(configuration, $"{Connection}:blobServiceUri")
            ?? (Text(configuration, $"{Connection}:accountName") is { } name ? $"https://{name}.blob.core.windows.net" : null);
        return address is null ? null : new BlobServiceClient(new Uri(address), _credential.Value, Options());
    }

    private static Uri WithoutNames(Uri url) => new BlobUriBuilder(url) { BlobContainerName = "", BlobName = "" }.ToUri();

    private static bool IsSame(Uri one, Uri other) => one.AbsoluteUri.TrimEnd('/') == other.AbsoluteUri.TrimEnd('/');

    private static BlobClientOptions Options() => new()
    {
        Retry = { MaxRetries = 5, NetworkTimeout = TimeSpan.FromSeconds(100) },

        // Sends no names of what is stored to logs.
        Diagnostics = { IsLoggingContentEnabled = false },
    };

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } text ? text : null;
}
