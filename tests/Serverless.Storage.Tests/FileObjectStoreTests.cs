using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Storage.Tests;

public sealed class FileObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileObjectStore _store;

    public FileObjectStoreTests() => _store = new FileObjectStore(_folder.File("store"));

    protected override IObjectStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Write_Done_IsAPlainFileThatAnotherStoreReads()
    {
        await WriteAsync("runs/a/report.json", "content");

        File.ReadAllText(_folder.File("store/runs/a/report.json")).ShouldBe("content");
        using var other = new FileObjectStore(_folder.File("store"));
        (await other.ListAsync("runs/", default).ToListAsync()).ShouldBe(["runs/a/report.json"]);
    }

    [Fact]
    public async Task Read_FolderThatIsNotThere_MakesNothing()
    {
        (await Store.OpenReadAsync("a", default)).ShouldBeNull();
        (await ListAsync("a")).ShouldBeEmpty();
        await Store.DeleteAsync("a", default);
        Directory.Exists(_folder.File("store")).ShouldBeFalse();
    }

    [Fact]
    public async Task Write_AfterACrash_DeletesWhatWasLeft()
    {
        Directory.CreateDirectory(_folder.File("store/.writing"));
        var left = _folder.File("store/.writing/000.17.tmp");
        await File.WriteAllTextAsync(left, "half an object");

        (await ListAsync("0")).ShouldBeEmpty();
        await WriteAsync("a", "x");

        File.Exists(left).ShouldBeFalse();
        TemporaryFileCount().ShouldBe(0);
    }

    [Fact]
    public async Task Write_BesideAnotherStoreThatIsWriting_TouchesNothingOfIt()
    {
        using var other = new FileObjectStore(_folder.File("store"));
        await other.WriteAsync("slow", async (target, token) =>
        {
            await target.WriteAsync("slow content"u8.ToArray(), token);
            await WriteAsync("quick", "quick content");
            TemporaryFileCount().ShouldBe(1);
        }, default);

        (await ReadAsync("slow")).ShouldBe("slow content");
        (await ReadAsync("quick")).ShouldBe("quick content");
    }

    [Fact]
    public async Task Write_Fails_KeepsNoTemporaryFile()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Store.WriteAsync(
            "a", (_, _) => throw new InvalidOperationException("stop"), default));
        TemporaryFileCount().ShouldBe(0);
    }

    [Fact]
    public async Task Write_UnderAnObject_IsAnIOException()
    {
        await WriteAsync("a", "x");
        await Should.ThrowAsync<IOException>(() => WriteAsync("a/b", "x"));
        (await ReadAsync("a")).ShouldBe("x");
        TemporaryFileCount().ShouldBe(0);
    }

    [Fact]
    public async Task Write_FirstTryFailed_WorksOnceTheCauseIsGone()
    {
        await File.WriteAllTextAsync(_folder.File("store"), "in the way");
        await Should.ThrowAsync<IOException>(() => WriteAsync("a", "x"));
        File.Delete(_folder.File("store"));

        await WriteAsync("a", "x");
        (await ReadAsync("a")).ShouldBe("x");
    }

    [Fact]
    public async Task List_ForeignHiddenFiles_AreNoObjects()
    {
        await WriteAsync("a/b", "x");
        await File.WriteAllTextAsync(_folder.File("store/a/.DS_Store"), "");
        (await ListAsync("a/")).ShouldBe(["a/b"]);
    }

    private int TemporaryFileCount() => Directory.GetFiles(_folder.File("store/.writing"), "*.tmp").Length;
}
