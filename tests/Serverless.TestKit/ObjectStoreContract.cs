using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Storage;
using Shouldly;
using Xunit;

namespace Serverless.TestKit;

/// <summary>What every <see cref="IObjectStore"/> has to do. A store's tests derive from it.</summary>
public abstract class ObjectStoreContract
{
    /// <summary>The store under test, empty.</summary>
    protected abstract IObjectStore Store { get; }

    [Fact]
    public async Task Write_NewObject_IsReadBack()
    {
        await WriteAsync("runs/a/report.json", "content");
        (await ReadAsync("runs/a/report.json")).ShouldBe("content");
    }

    [Fact]
    public async Task Write_NothingAtAll_GivesAnEmptyObject()
    {
        await WriteAsync("empty", "");
        (await ReadAsync("empty")).ShouldBe("");
    }

    [Fact]
    public async Task Write_ExistingObject_ReplacesAllOfIt()
    {
        await WriteAsync("a", "a long first content");
        await WriteAsync("a", "second");
        (await ReadAsync("a")).ShouldBe("second");
    }

    [Fact]
    public async Task Write_LargeObjectInPieces_IsReadBackWhole()
    {
        var piece = RandomNumberGenerator.GetBytes(100_003);
        await Store.WriteAsync("large", async (target, token) =>
        {
            for (var i = 0; i < 50; i++) await target.WriteAsync(piece, token);
        }, default);

        await using var source = (await Store.OpenReadAsync("large", default)).ShouldNotBeNull();
        using var read = new MemoryStream();
        await source.CopyToAsync(read);
        read.Length.ShouldBe(50 * 100_003);
        read.ToArray()[(49 * 100_003)..].ShouldBe(piece);
    }

    [Fact]
    public async Task Write_Fails_LeavesNothingBehind()
    {
        await FailWritingAsync("a/b");
        (await Store.OpenReadAsync("a/b", default)).ShouldBeNull();
        (await ListAsync("a")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_FailsOverAnObject_LeavesItAsItWas()
    {
        await WriteAsync("a/b", "first");
        await FailWritingAsync("a/b");
        (await ReadAsync("a/b")).ShouldBe("first");
        (await ListAsync("a")).ShouldBe(["a/b"]);
    }

    [Fact]
    public async Task Write_CancelledInTheMiddle_LeavesTheObjectAsItWas()
    {
        await WriteAsync("a", "first");
        using var cancel = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => Store.WriteAsync("a", async (target, token) =>
        {
            await target.WriteAsync("half"u8.ToArray(), token);
            await cancel.CancelAsync();
        }, cancel.Token));
        (await ReadAsync("a")).ShouldBe("first");
    }

    [Fact]
    public async Task Write_NotFinished_IsNotSeen()
    {
        await WriteAsync("a/1", "first");
        await Store.WriteAsync("a/1", async (target, token) =>
        {
            await target.WriteAsync("second"u8.ToArray(), token);
            await target.FlushAsync(token);
            (await ReadAsync("a/1")).ShouldBe("first");
            (await ListAsync("a/")).ShouldBe(["a/1"]);
        }, default);
        (await ReadAsync("a/1")).ShouldBe("second");
    }

    [Fact]
    public async Task Write_WhileTheOldOneIsRead_GivesTheReaderOneOfThemWhole()
    {
        var (old, fresh) = (new string('o', 300_000), new string('n', 300_000));
        await WriteAsync("a", old);
        await using var source = (await Store.OpenReadAsync("a", default)).ShouldNotBeNull();
        var start = new byte[10];
        await source.ReadExactlyAsync(start);

        await WriteAsync("a", fresh);

        using var rest = new StreamReader(source);
        (Encoding.UTF8.GetString(start) + await rest.ReadToEndAsync()).ShouldBe(old);
        (await ReadAsync("a")).ShouldBe(fresh);
    }

    [Fact]
    public async Task Write_InsideAnotherWrite_GivesBoth()
    {
        await Store.WriteAsync("a/outer", async (outer, token) =>
        {
            await outer.WriteAsync("out"u8.ToArray(), token);
            await WriteAsync("a/inner", "in");
        }, default);
        (await ReadAsync("a/outer")).ShouldBe("out");
        (await ReadAsync("a/inner")).ShouldBe("in");
    }

    [Fact]
    public async Task Write_ManyWritersOfOneName_LeaveOneOfTheirContents()
    {
        var contents = Enumerable.Range(0, 16).Select(writer => new string((char)('a' + writer), 50_000)).ToList();
        await Task.WhenAll(contents.Select(content => Task.Run(() => WriteAsync("one/name", content))));
        contents.ShouldContain(await ReadAsync("one/name"));
        (await ListAsync("one/")).ShouldBe(["one/name"]);
    }

    [Fact]
    public async Task Write_ManyNamesAtOnce_KeepsThemAll()
    {
        await Parallel.ForAsync(0, 64, async (i, _) => await WriteAsync($"many/{i % 8}/{i}", $"{i}"));
        (await ListAsync("many/")).Count.ShouldBe(64);
        (await ReadAsync("many/7/63")).ShouldBe("63");
    }

    [Fact]
    public async Task OpenRead_Missing_IsNull()
    {
        await WriteAsync("a/b/c", "x");
        (await Store.OpenReadAsync("nothing", default)).ShouldBeNull();
        (await Store.OpenReadAsync("a/nothing/c", default)).ShouldBeNull();
        (await Store.OpenReadAsync("a/b", default)).ShouldBeNull();
    }

    [Fact]
    public async Task List_Prefix_GivesNamesInOrdinalOrder()
    {
        string[] names = ["r/a/2", "r/a/10", "r/a-b/1", "r/a.b", "r/a_b", "r/ab/1", "r/A/1", "r/a/b/c", "s/1"];
        foreach (var name in names) await WriteAsync(name, "x");

        (await ListAsync("r/")).ShouldBe(names[..^1].Order(StringComparer.Ordinal));
        (await ListAsync("r/a")).ShouldBe(["r/a-b/1", "r/a.b", "r/a/10", "r/a/2", "r/a/b/c", "r/a_b", "r/ab/1"]);
        (await ListAsync("r/a/")).ShouldBe(["r/a/10", "r/a/2", "r/a/b/c"]);
        (await ListAsync("r/a/1")).ShouldBe(["r/a/10"]);
        (await ListAsync("r/a/10")).ShouldBe(["r/a/10"]);
        (await ListAsync("r/a/10/")).ShouldBeEmpty();
        (await ListAsync("nothing")).ShouldBeEmpty();
        (await ListAsync("no/thing")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_Prefix_DeletesThoseAlone()
    {
        foreach (var name in new[] { "r/a/1", "r/a/b/2", "r/ab/1", "r/a-1", "r/b" }) await WriteAsync(name, "x");

        await Store.DeleteAsync("r/a/", default);
        (await ListAsync("r/")).ShouldBe(["r/a-1", "r/ab/1", "r/b"]);

        await Store.DeleteAsync("r/a", default);
        (await ListAsync("r/")).ShouldBe(["r/b"]);

        await Store.DeleteAsync("r/b", default);
        (await ListAsync("r/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_Nothing_IsNoError()
    {
        await Store.DeleteAsync("nothing/", default);
        await Store.DeleteAsync("no/thing", default);
    }

    [Fact]
    public async Task Delete_ThenWrite_WritesAgain()
    {
        await WriteAsync("r/a/1", "first");
        await Store.DeleteAsync("r/", default);
        await WriteAsync("r/a/1", "second");
        (await ReadAsync("r/a/1")).ShouldBe("second");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData(".hidden")]
    [InlineData("a/b.")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("C:a")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public async Task Any_NameThatIsNone_IsRefused(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => WriteAsync(name, "x"));
        await Should.ThrowAsync<ArgumentException>(() => Store.OpenReadAsync(name, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("../")]
    [InlineData("a//")]
    [InlineData("a/.")]
    [InlineData("a/../")]
    public async Task Any_PrefixOfNoName_IsRefused(string prefix)
    {
        await Should.ThrowAsync<ArgumentException>(() => ListAsync(prefix));
        await Should.ThrowAsync<ArgumentException>(() => Store.DeleteAsync(prefix, default));
    }

    /// <summary>Writes text.</summary>
    protected Task WriteAsync(string name, string content)
        => Store.WriteAsync(
            name, async (target, token) => await target.WriteAsync(Encoding.UTF8.GetBytes(content), token), default);

    /// <summary>Reads text that has to be there.</summary>
    protected async Task<string> ReadAsync(string name)
    {
        using var reader = new StreamReader((await Store.OpenReadAsync(name, default)).ShouldNotBeNull());
        return await reader.ReadToEndAsync();
    }

    /// <summary>The names under a prefix.</summary>
    protected async Task<List<string>> ListAsync(string prefix) => await Store.ListAsync(prefix, default).ToListAsync();

    private async Task FailWritingAsync(string name)
    {
        var failure = await Should.ThrowAsync<IOException>(() => Store.WriteAsync(name, async (target, token) =>
        {
            await target.WriteAsync(new byte[200_000], token);
            throw new IOException("No space left on device");
        }, default));
        failure.Message.ShouldBe("No space left on device");
    }
}
