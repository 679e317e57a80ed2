using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Storage.Tests;

/// <summary>Against a server in a process of its own, one for all of these tests; each has a prefix of its own.</summary>
public sealed class S3ObjectStoreTests(S3Fixture server) : ObjectStoreContract, IClassFixture<S3Fixture>, IDisposable
{
    private readonly S3ObjectStore _store = server.Open($"tests/{Guid.NewGuid():n}");

    protected override IObjectStore Store => _store;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Write_LargerThanOnePart_IsReadBackWhole()
    {
        var piece = new byte[1024 * 1024];
        Random.Shared.NextBytes(piece);
        await _store.WriteAsync("large", async (target, token) =>
        {
            for (var i = 0; i < 20; i++) await target.WriteAsync(piece, token);
        }, default);

        await using var source = (await _store.OpenReadAsync("large", default)).ShouldNotBeNull();
        using var read = new MemoryStream();
        await source.CopyToAsync(read);
        read.Length.ShouldBe(20L * piece.Length);
        read.ToArray()[^piece.Length..].ShouldBe(piece);
    }

    [Fact]
    public async Task List_MoreThanOnePage_GivesThemAll()
    {
        await Parallel.ForAsync(0, 1100, async (i, _) => await WriteAsync($"page/{i:0000}", "x"));

        (await ListAsync("page/")).ShouldBe(Enumerable.Range(0, 1100).Select(i => $"page/{i:0000}"));

        await _store.DeleteAsync("page/", default);
        (await ListAsync("page/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stores_OfOtherPrefixes_SeeNothingOfEachOther()
    {
        await WriteAsync("a", "x");
        using var other = server.Open($"tests/{Guid.NewGuid():n}");

        (await other.OpenReadAsync("a", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Write_WithAWrongKey_FailsWithoutShowingIt()
    {
        using var store = new S3ObjectStore(
            new S3Address(S3Server.Bucket, ""), server.Options with { AccessKeyId = "nobody", SecretAccessKey = "wrong-secret" });

        var failure = await Should.ThrowAsync<IOException>(
            () => store.WriteAsync("a", async (target, token) => await target.WriteAsync("x"u8.ToArray(), token), default));

        failure.ToString().ShouldNotContain("wrong-secret");
        failure.Message.ShouldContain("s3://results");
    }

    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("s3://my.bucket-1/a/b/", "my.bucket-1", "a/b/")]
    public void Address_WellFormed_IsRead(string text, string bucket, string prefix) =>
        S3Address.Parse(text).ShouldBe(new S3Address(bucket, prefix));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3://A")]
    [InlineData("s3://bucket/../x")]
    [InlineData("s3://bucket/a b")]
    [InlineData("s3://user:pass@bucket/x")]
    [InlineData("https://bucket/x")]
    public void Address_IllFormed_IsRefused(string text) => S3Address.Parse(text).ShouldBeNull();
}

/// <summary>The server.</summary>
public sealed class S3Fixture : IAsyncLifetime
{
    private S3Server? _server;

    internal S3Options Options => new()
    {
        Endpoint = _server!.Address,
        AccessKeyId = S3Server.Key,
        SecretAccessKey = S3Server.Key,
        PartBytes = 5 * 1024 * 1024,
    };

    public async Task InitializeAsync() => _server = await S3Server.StartAsync();

    public Task DisposeAsync()
    {
        _server!.Dispose();
        return Task.CompletedTask;
    }

    internal S3ObjectStore Open(string prefix) => new(S3Address.Parse($"s3://{S3Server.Bucket}/{prefix}")!, Options);
}
