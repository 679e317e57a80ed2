using Serverless.Blobs;
using Serverless.Core.Settings;

namespace Serverless.Functions.Tests.Storage;

/// <summary>Which account the settings lead to. Nothing is asked over the network.</summary>
public sealed class BlobAccessTests
{
    private const string Connection = "AzureWebJobsStorage";
    private const string Key = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==";

    [Theory]
    [InlineData(
        $"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={Key};EndpointSuffix=core.windows.net", Connection,
        "https://acc.blob.core.windows.net/box")]
    [InlineData("acc123", $"{Connection}__accountName", "https://acc123.blob.core.windows.net/box")]
    [InlineData(
        "https://acc.blob.core.usgovcloudapi.net", $"{Connection}__blobServiceUri", "https://acc.blob.core.usgovcloudapi.net/box")]
    public void Container_OfTheSettingsAccount_IsThere(string text, string name, string url) =>
        Access(name, text).ContainerOf(BlobAddress.Parse("azure://box/run")!).Uri.AbsoluteUri.ShouldBe(url);

    [Fact]
    public void Container_OfAnotherAccount_NeedsNoSetting() =>
        new BlobAccess(_ => null).ContainerOf(BlobAddress.Parse("https://other.blob.core.windows.net/box/run")!)
            .Uri.AbsoluteUri.ShouldBe("https://other.blob.core.windows.net/box");

    [Theory]
    [InlineData("OTHER", "", "AzureWebJobsStorage is not set, so nothing says which account azure:// means. Allowed: a connection string")]
    [InlineData(Connection, Key, "AzureWebJobsStorage is (hidden), which is no connection string. Allowed: ")]
    [InlineData(Connection, $"AccountKey={Key}", "AzureWebJobsStorage is (hidden), which is no connection string. Allowed: ")]
    [InlineData(
        $"{Connection}__accountName", "Acc/1",
        "AzureWebJobsStorage__accountName is \"Acc/1\". Allowed: 3 to 24 lower-case letters and digits.")]
    [InlineData($"{Connection}__accountName", Key, "AzureWebJobsStorage__accountName is (hidden). Allowed: ")]
    [InlineData(
        $"{Connection}__blobServiceUri", "http://acc", "AzureWebJobsStorage__blobServiceUri is \"http://acc\". Allowed: an https:// URL")]
    [InlineData(
        $"{Connection}__blobServiceUri", $"https://acc.blob.core.windows.net/?sig={Key}",
        "AzureWebJobsStorage__blobServiceUri is (hidden). Allowed: an https:// URL without a query")]
    public void Container_WithSettingsThatLeadNowhere_SaysWhatIsAllowedAndNoSecret(string name, string text, string message)
    {
        var refusal = Should.Throw<InvalidOperationException>(() => Access(name, text).ContainerOf(BlobAddress.Parse("azure://box")!));

        refusal.Message.ShouldStartWith(message);
        refusal.ToString().ShouldNotContain(Key);
    }

    [Theory]
    [InlineData("own", "app", "own")]
    [InlineData("", "app", "app")]
    [InlineData("", "", null)]
    public void ClientId_OfTheIdentity_IsTheConnectionsOwnFirst(string connection, string app, string? expected) =>
        BlobAccess.ClientId(name => name == $"{Connection}__clientId" ? connection : name == "AZURE_CLIENT_ID" ? app : null)
            .ShouldBe(expected);

    private static BlobAccess Access(string name, string text) => new(asked => asked == name ? text : null);
}
