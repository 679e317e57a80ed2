using Serverless.Agent.Checkpoints;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

/// <summary>What checkpoints have to do in every store that keeps them. A store's tests derive from it.</summary>
public abstract partial class CheckpointContract : IDisposable
{
    private const int BlockBytes = 1000;

    private CheckpointHarness? _harness;

    /// <summary>The store under test, empty.</summary>
    protected abstract IObjectStore Objects { get; }

    private CheckpointHarness Harness => _harness ??= new CheckpointHarness(Objects);

    public virtual void Dispose()
    {
        _harness?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Upload_BrokenOff_GoesOnWhereItWas()
    {
        using var disk = new TemporaryFolder();
        var bytes = new byte[10 * BlockBytes];
        new Random(7).NextBytes(bytes);
        await File.WriteAllBytesAsync(disk.File("step_1.bin"), bytes);
        var checkpoint = new CheckpointFolder(disk.Path).Look().Single();
        using (var first = new CheckpointUpload(new CheckpointStore(new FailingAfter(Objects, writes: 4)), 1, 0, BlockBytes))
            await Should.ThrowAsync<IOException>(() => first.RunAsync(checkpoint, () => Task.FromResult(true), default));
        (await new CheckpointStore(Objects).ListAsync(default)).ShouldBe([new StoredNumber(1, false)]);

        using var second = new CheckpointUpload(new CheckpointStore(Objects), 1, 0, BlockBytes);
        var manifest = await second.RunAsync(checkpoint, () => Task.FromResult(true), default);

        manifest.ShouldNotBeNull().Bytes.ShouldBe(10 * BlockBytes);
        second.FoundBytes.ShouldBe(4 * BlockBytes);
        second.SentBytes.ShouldBe(6 * BlockBytes);
        (await new CheckpointStore(Objects).ListAsync(default)).ShouldBe([new StoredNumber(1, true)]);
        using var next = Harness.NewMachine();
        (await next.StartAsync()).ShouldBe("step_1.bin");
        (await File.ReadAllBytesAsync(Path.Combine(next.Path, "step_1.bin"))).ShouldBe(bytes);
    }

    [Fact]
    public async Task Sync_FolderOfFiles_ComesBackAsItWas()
    {
        using var machine = Harness.NewMachine();
        await machine.StartAsync();
        machine.Save("checkpoint-500/sub/optimizer.bin", new string('o', 5000));
        await machine.SaveAndUploadAsync("checkpoint-500/model.bin", new string('m', 3000));

        using var next = Harness.NewMachine();
        (await next.StartAsync()).ShouldBe("checkpoint-500");

        next.Read("checkpoint-500/sub/optimizer.bin").ShouldBe(new string('o', 5000));
        next.Read("checkpoint-500/model.bin").ShouldBe(new string('m', 3000));
        next.Sync.Newest!.Step.ShouldBe(500);
    }

    [Fact]
    public async Task Sync_MoreThanAreKept_DeletesTheOldest()
    {
        using var machine = Harness.NewMachine(keep: 2);
        await machine.StartAsync();

        for (var epoch = 1; epoch <= 4; epoch++) await machine.SaveAndUploadAsync($"epoch_{epoch}.pt", $"{epoch}");

        (await machine.Store.ListAsync(default)).ShouldBe([new StoredNumber(4, true), new StoredNumber(3, true)]);
        (await NamesAsync(CheckpointNames.All)).Select(name => string.Join('/', name.Split('/').Take(2))).Distinct()
            .ShouldBe(["checkpoints/000000000003", "checkpoints/000000000004"], "nothing is left of the others");
    }

    private async Task<List<string>> NamesAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var name in Objects.ListAsync(prefix, default)) names.Add(name);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Takes so many objects and then no more.</summary>
    private sealed class FailingAfter(IObjectStore inner, int writes) : IObjectStore
    {
        private int _left = writes;

        public Task WriteAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
            Interlocked.Decrement(ref _left) < 0
                ? throw new IOException("no more")
                : inner.WriteAsync(name, write, cancellationToken);

        public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
            inner.OpenReadAsync(name, cancellationToken);

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
            inner.ListAsync(prefix, cancellationToken);

        public Task DeleteAsync(string prefix, CancellationToken cancellationToken) => inner.DeleteAsync(prefix, cancellationToken);
    }
}
