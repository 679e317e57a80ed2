using System.Text;
using Azure.Storage.Sas;
using Microsoft.Extensions.Configuration;
using Serverless.Core.Results;
using Serverless.Core.Settings;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Tests.Storage;

/// <summary>Outputs in the account of the result store, which a connection string opens.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobReferenceReaderTests(AzuriteServer server)
{
    [Fact]
    public async Task Open_BlobBelowTheStore_IsRead()
    {
        var (reader, container) = Open("results/outputs");
        using var both = (IDisposable)reader;
        await container.CreateAsync();
        await container.GetBlobClient("results/outputs/a b.json").UploadAsync(BinaryData.FromString("[1]"));

        (await ReadAsync(reader, $"{container.Uri}/results/outputs/a%20b.json")).ShouldBe("[1]");
    }

    [Fact]
    public async Task Open_BlobThatIsNotThere_IsRefused()
    {
        var (reader, container) = Open("results");
        using var both = (IDisposable)reader;
        await container.CreateAsync();

        var refusal = await Should.ThrowAsync<ReferenceRefusedException>(() => ReadAsync(reader, $"{container.Uri}/results/none"));

        refusal.Message.ShouldContain("there is no such blob");
    }

    [Theory]
    [InlineData("/other/a")]
    [InlineData("/results/../other/a")]
    [InlineData("/results/%2e%2e/other/a")]
    public async Task Open_BlobElsewhereInTheAccount_IsRefused(string path)
    {
        var (reader, container) = Open("results");
        using var both = (IDisposable)reader;

        var refusal = await Should.ThrowAsync<ReferenceRefusedException>(() => ReadAsync(reader, container.Uri + path));

        refusal.Message.ShouldContain("RESULT_REF_ALLOW");
    }

    /// <summary>Whoever is sent the identity's token could use it.</summary>
    [Theory]
    [InlineData("https://evil.example/container/a")]
    [InlineData("https://evil.blob.core.windows.net/container/a")]
    public async Task Open_AccountThatNobodyAllows_IsRefused(string reference)
    {
        var (reader, _) = Open("results");
        using var both = (IDisposable)reader;

        (await Should.ThrowAsync<ReferenceRefusedException>(() => ReadAsync(reader, reference))).Message.ShouldContain("RESULT_REF_ALLOW");
    }

    [Fact]
    public async Task Open_UrlWithASignature_IsReadWithThat()
    {
        var (reader, container) = Open("results");
        using var both = (IDisposable)reader;
        await container.CreateAsync();
        var blob = container.GetBlobClient("results/a");
        await blob.UploadAsync(BinaryData.FromString("[2]"));

        var signed = blob.GenerateSasUri(BlobSasPermissions.Read, DateTimeOffset.UtcNow.AddHours(1));
        (await ReadAsync(reader, signed.AbsoluteUri)).ShouldBe("[2]");
    }

    private (IReferenceReader Reader, Azure.Storage.Blobs.BlobContainerClient Container) Open(string prefix)
    {
        var container = server.NewContainer();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["AzureWebJobsStorage"] = server.ConnectionString }).Build();
        var settings = new FanOutSettings { ResultStore = $"azure://{container.Name}/{prefix}" };
        return (ResultPlace.Open(settings, AzureHead.BlobAccessOf(configuration)).References, container);
    }

    private static async Task<string> ReadAsync(IReferenceReader reader, string reference)
    {
        await using var source = await reader.OpenAsync(new Uri(reference), default);
        using var text = new StreamReader(source, Encoding.UTF8);
        return await text.ReadToEndAsync();
    }
}
