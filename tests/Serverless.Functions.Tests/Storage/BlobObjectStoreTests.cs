using System.Net;
using System.Text;
using Azure.Storage.Blobs;
using Serverless.Blobs;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Storage;

/// <summary>Against a real Azurite; each test has a container of its own, which is not there at first.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobObjectStoreTests : ObjectStoreContract
{
    /// <summary>Blocks are this small too.</summary>
    private const int SmallPut = 64 * 1024;

    private readonly AzuriteServer _server;
    private readonly BlobContainerClient _container;
    private readonly BlobObjectStore _store;

    public BlobObjectStoreTests(AzuriteServer server)
    {
        _server = server;
        _container = server.NewContainer();
        _store = new BlobObjectStore(_container, "some/prefix/");
    }

    protected override IObjectStore Store => _store;

    [Fact]
    public async Task Write_LargerThanOneRequest_IsReadBackWhole()
    {
        var store = new BlobObjectStore(_container, "", SmallPut);
        var content = Bytes(10 * SmallPut + 17);

        await WriteAsync(store, "large", content);

        (await ReadBytesAsync(store, "large")).ShouldBe(content);
        (await BlocksOf("large")).ShouldBe(11);
    }

    /// <summary>Blocks of two writers must never make one blob.</summary>
    [Fact]
    public async Task Write_ManyWritersInBlocksOfOneName_LeaveOneOfTheirContents()
    {
        var store = new BlobObjectStore(_container, "", SmallPut);
        await WriteAsync(store, "first", [1]);
        var contents = Enumerable.Range(0, 4)
            .Select(writer => Encoding.ASCII.GetBytes(new string((char)('a' + writer), 4 * SmallPut + 1))).ToList();

        await Task.WhenAll(contents.Select(content => Task.Run(() => WriteAsync(store, "one", content))));

        var left = await ReadBytesAsync(store, "one");
        contents.ShouldContain(content => content.SequenceEqual(left));
    }

    [Fact]
    public async Task OpenRead_ThenSeek_ReadsFromThere()
    {
        var content = Bytes(300_000);
        await WriteAsync(_store, "a", content);
        await using var stream = (await _store.OpenReadAsync("a", default)).ShouldNotBeNull();

        stream.CanSeek.ShouldBeTrue();
        stream.Length.ShouldBe(content.Length);
        foreach (var place in new[] { 200_000, 10, 299_999, 0 })
        {
            stream.Position = place;
            var read = new byte[Math.Min(100, content.Length - place)];
            await stream.ReadExactlyAsync(read);
            read.ShouldBe(content[place..(place + read.Length)]);
        }

        stream.Seek(0, SeekOrigin.End).ShouldBe(content.Length);
        (await stream.ReadAsync(new byte[1])).ShouldBe(0);
    }

    /// <summary>What follows would be of another object.</summary>
    [Fact]
    public async Task OpenRead_ReplacedThenSeek_FailsRatherThanGivePartsOfBoth()
    {
        await WriteAsync(_store, "a", Bytes(1000));
        await using var stream = (await _store.OpenReadAsync("a", default)).ShouldNotBeNull();
        await WriteAsync(_store, "a", Bytes(1000));

        stream.Position = 500;

        var failure = await Should.ThrowAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[10]));
        failure.Message.ShouldContain("412 ConditionNotMet");
    }

    /// <summary>Workers have no key.</summary>
    [Fact]
    public async Task Share_OfAnObject_IsReadByItsUrlAloneAndNotAnother()
    {
        await WriteAsync("a", "shared");
        await WriteAsync("b", "not shared");
        using var http = new HttpClient();

        var url = await _store.ShareAsync("a", TimeSpan.FromHours(1));

        (await http.GetStringAsync(url)).ShouldBe("shared");
        var other = new Uri(url.AbsoluteUri.Replace("/some/prefix/a?", "/some/prefix/b?", StringComparison.Ordinal));
        other.ShouldNotBe(url);
        (await http.GetAsync(other)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await http.GetAsync(new Uri(url.GetLeftPart(UriPartial.Path)))).IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task List_MoreThanOnePage_GivesThemAll()
    {
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = 16 };
        await Parallel.ForAsync(0, 5_100, atOnce, async (i, _) => await WriteAsync($"page/{i:0000}", "x"));

        (await ListAsync("page/")).ShouldBe(Enumerable.Range(0, 5_100).Select(i => $"page/{i:0000}"));
    }

    [Fact]
    public async Task Stores_OfOtherPrefixes_SeeNothingOfEachOther()
    {
        await WriteAsync("a", "x");

        (await new BlobObjectStore(_container, "some/other/").OpenReadAsync("a", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Write_WithAWrongKey_FailsWithoutShowingIt()
    {
        var wrong = Convert.ToBase64String(Encoding.UTF8.GetBytes("a wrong key"));
        var connection = string.Join(';', _server.ConnectionString.Split(';')
            .Select(part => part.StartsWith("AccountKey", StringComparison.Ordinal) ? $"AccountKey={wrong}" : part));
        var store = new BlobObjectStore(new BlobContainerClient(connection, "results"), "");

        var failure = await Should.ThrowAsync<IOException>(() => WriteAsync(store, "a", [1]));

        failure.Message.ShouldBe("The container results failed over a: 403 AuthorizationFailure");
        failure.ToString().ShouldNotContain(wrong);
    }

    private async Task<int> BlocksOf(string name)
    {
        var blob = new Azure.Storage.Blobs.Specialized.BlockBlobClient(_server.ConnectionString, _container.Name, name);
        return (await blob.GetBlockListAsync()).Value.CommittedBlocks.Count();
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    private static Task WriteAsync(BlobObjectStore store, string name, byte[] content) =>
        store.WriteAsync(name, async (target, token) => await target.WriteAsync(content, token), default);

    private static async Task<byte[]> ReadBytesAsync(BlobObjectStore store, string name)
    {
        await using var source = (await store.OpenReadAsync(name, default)).ShouldNotBeNull();
        using var read = new MemoryStream();
        await source.CopyToAsync(read);
        return read.ToArray();
    }
}
