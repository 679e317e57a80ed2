using Serverless.Core.Results;
using Serverless.TestKit;

namespace Serverless.Storage.Tests;

/// <summary>References over real HTTP and to a real store.</summary>
public sealed class ReferenceReaderTests(S3Fixture server) : IClassFixture<S3Fixture>
{
    [Fact]
    public async Task Open_ObjectOfTheStore_IsRead()
    {
        using var store = server.Open("outputs");
        await store.WriteAsync("a.json", async (target, token) => await target.WriteAsync("[1]"u8.ToArray(), token), default);
        using var reader = new ReferenceReader([new Uri("s3://results/outputs/")], server.Options);

        (await ReadAsync(reader, "s3://results/outputs/a.json")).ShouldBe("[1]");
        await Should.ThrowAsync<ReferenceRefusedException>(() => ReadAsync(reader, "s3://results/outputs/missing.json"));
    }

    [Theory]
    [InlineData("s3://results/other/a.json")]
    [InlineData("s3://results/outputs-of-others/a.json")]
    [InlineData("s3://results/outputs/../other/a.json")]
    [InlineData("s3://results/outputs/%2e%2e/other/a.json")]
    [InlineData("s3://other/outputs/a.json")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://results/outputs/a.json")]
    [InlineData("file:///etc/passwd")]
    public async Task Open_AnywhereElse_IsRefused(string reference)
    {
        using var reader = new ReferenceReader([new Uri("s3://results/outputs/")], server.Options);

        var refusal = await Should.ThrowAsync<ReferenceRefusedException>(() => ReadAsync(reader, reference));

        refusal.Message.ShouldContain("RESULT_REF_ALLOW");
    }

    [Theory]
    [InlineData(302, typeof(ReferenceRefusedException))]
    [InlineData(404, typeof(ReferenceRefusedException))]
    [InlineData(403, typeof(ReferenceRefusedException))]
    [InlineData(429, typeof(ReferenceUnavailableException))]
    [InlineData(503, typeof(ReferenceUnavailableException))]
    public async Task Open_UrlThatAnswersOtherThan200_IsRefusedOrTriedAgain(int status, Type expected)
    {
        using var site = new Site(status, "");
        using var reader = new ReferenceReader([new Uri(site.Address, "outputs/")], server.Options);

        var failure = await Should.ThrowAsync<Exception>(() => ReadAsync(reader, $"{site.Address}outputs/a.json?signature=secret"));

        failure.ShouldBeOfType(expected);
        failure.Message.ShouldContain($"{status}");
        failure.Message.ShouldNotContain("secret");
        site.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Open_Url_IsRead()
    {
        using var site = new Site(200, "[2]");
        using var reader = new ReferenceReader([new Uri(site.Address, "outputs/")], server.Options);

        (await ReadAsync(reader, $"{site.Address}outputs/a.json")).ShouldBe("[2]");
    }

    [Fact]
    public async Task Open_UrlThatNobodyServes_MayBeTriedAgain()
    {
        using var closed = new ClosedPort();
        using var reader = new ReferenceReader([new Uri($"{closed.Address}/")], server.Options);

        await Should.ThrowAsync<ReferenceUnavailableException>(() => ReadAsync(reader, $"{closed.Address}/a.json"));
    }

    private static async Task<string> ReadAsync(ReferenceReader reader, string reference)
    {
        using var content = new StreamReader(await reader.OpenAsync(new Uri(reference), default));
        return await content.ReadToEndAsync();
    }
}
