using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Serverless.Core.Settings;

namespace Serverless.Blobs;

/// <summary>
/// Reaches storage accounts as Azure Functions itself does: by <c>AzureWebJobsStorage</c>, a connection string or, in parts
/// such as <c>AzureWebJobsStorage__accountName</c>, an identity. Other accounts are reached by that identity alone.
/// </summary>
/// <param name="setting">What a setting says, by its name in the environment; null or empty when it is not set.</param>
public sealed class BlobAccess(Func<string, string?> setting)
{
    private const string Connection = "AzureWebJobsStorage";
    private const string AccountName = $"{Connection}__accountName";
    private const string BlobServiceUri = $"{Connection}__blobServiceUri";

    private readonly Lazy<TokenCredential> _credential = new(() => new DefaultAzureCredential(new DefaultAzureCredentialOptions
    {
        ManagedIdentityClientId = ClientId(setting),
    }));

    /// <summary>The client id of a user-assigned identity: the connection's own, or else <c>AZURE_CLIENT_ID</c>; null for the
    /// identity of the app or machine.</summary>
    public static string? ClientId(Func<string, string?> setting) =>
        Text(setting, $"{Connection}__clientId") ?? Text(setting, "AZURE_CLIENT_ID");

    /// <summary>The container of an address.</summary>
    /// <exception cref="InvalidOperationException">Nothing says which account it is in, or not in a form that can be used.
    /// </exception>
    public BlobContainerClient ContainerOf(BlobAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return (address.Account is { } account ? new BlobServiceClient(account, _credential.Value, Options()) : OwnAccount())
            .GetBlobContainerClient(address.Container);
    }

    /// <summary>The account of a container.</summary>
    public static Uri AccountOf(BlobContainerClient container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return WithoutNames(container.Uri);
    }

    /// <summary>A blob of an account that the identity, or the connection string, opens.</summary>
    public BlobClient BlobOf(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var parts = new BlobUriBuilder(url);
        var account = WithoutNames(url);
        var own = OwnAccountOrNull();
        var service = own is not null && IsSame(own.Uri, account) ? own : new BlobServiceClient(account, _credential.Value, Options());
        return service.GetBlobContainerClient(parts.BlobContainerName).GetBlobClient(parts.BlobName);
    }

    private BlobServiceClient OwnAccount() => OwnAccountOrNull() ?? throw new InvalidOperationException(
        $"{Connection} is not set, so nothing says which account azure:// means. Allowed: a connection string, or {AccountName} for an "
        + "identity.");

    private BlobServiceClient? OwnAccountOrNull()
    {
        if (Text(setting, Connection) is { } connection) return OfConnection(connection);
        return OwnUrl() is { } url ? new BlobServiceClient(url, _credential.Value, Options()) : null;
    }

    /// <summary>The text is a secret, and the SDK's words may have parts of it.</summary>
    private static BlobServiceClient OfConnection(string connection)
    {
        try
        {
            return new BlobServiceClient(connection, Options());
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"{Connection} is {Secret.Hidden}, which is no connection string. Allowed: a storage account's connection string, or none "
                + $"and {AccountName} for an identity.");
        }
    }

    private Uri? OwnUrl()
    {
        if (Text(setting, BlobServiceUri) is { } address)
        {
            return Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.Query.Length == 0
                ? url
                : throw new InvalidOperationException(
                    $"{BlobServiceUri} is {Shown(address)}. Allowed: an https:// URL without a query, such as "
                    + "https://ACCOUNT.blob.core.windows.net.");
        }

        if (Text(setting, AccountName) is not { } name) return null;
        return name.Length is >= 3 and <= 24 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            ? new Uri($"https://{name}.blob.core.windows.net")
            : throw new InvalidOperationException(
                $"{AccountName} is {Shown(name)}. Allowed: 3 to 24 lower-case letters and digits.");
    }

    /// <summary>Keys, signatures and connection strings have this sign, and what is allowed here has not.</summary>
    private static string Shown(string text) => text.Contains('=') ? Secret.Hidden : Secret.Quote(text);

    private static Uri WithoutNames(Uri url) => new BlobUriBuilder(url) { BlobContainerName = "", BlobName = "" }.ToUri();

    private static bool IsSame(Uri one, Uri other) => one.AbsoluteUri.TrimEnd('/') == other.AbsoluteUri.TrimEnd('/');

    private static BlobClientOptions Options() => new()
    {
        Retry = { MaxRetries = 5, NetworkTimeout = TimeSpan.FromSeconds(100) },

        // Sends no names of what is stored to logs.
        Diagnostics = { IsLoggingContentEnabled = false },
    };

    private static string? Text(Func<string, string?> setting, string name) => setting(name) is { Length: > 0 } text ? text : null;
}
