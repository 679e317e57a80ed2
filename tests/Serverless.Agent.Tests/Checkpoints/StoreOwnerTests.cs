using Serverless.Agent.Checkpoints;
using Serverless.Core.Storage;
using Serverless.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

/// <summary>Two machines on one store: a provider may start the next before the last is gone.</summary>
public sealed class StoreOwnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileObjectStore _objects;
    private readonly CheckpointHarness _harness;

    public StoreOwnerTests()
    {
        _objects = new FileObjectStore(_folder.Path);
        _harness = new CheckpointHarness(_objects);
    }

    public void Dispose()
    {
        _harness.Dispose();
        _objects.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Start_WhileAnotherMachineStillRuns_TakesTheStoreFromIt()
    {
        using var old = Owner("old");
        using var oldMachine = _harness.NewMachine(owner: old);
        await oldMachine.StartAsync();
        await oldMachine.SaveAndUploadAsync("step_1.json", "{}");
        using var next = Owner("next");
        using var nextMachine = _harness.NewMachine(owner: next);
        (await nextMachine.StartAsync()).ShouldBe("step_1.json");
        var takenAt = _harness.Clock.GetUtcNow();

        await oldMachine.SaveAndUploadAsync("step_2.json", "{\"late\":true}");

        (await nextMachine.Store.ListAsync(default)).ShouldBe([new StoredNumber(1, true, 1)]);
        old.Superseded.IsCancellationRequested.ShouldBeTrue();
        next.Superseded.IsCancellationRequested.ShouldBeFalse();
        _harness.Log.Lines.Where(line => line.StartsWith("Error: ", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldBe(
            $"Error: next took the store over at {takenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. One machine at a time trains into a "
            + "store: this one uploads nothing more and stops");
        await Should.ThrowAsync<SupersededException>(() => oldMachine.StartAsync());
    }

    /// <summary>It saw to it that the store was its own, and was then held up until its last write.</summary>
    [Fact]
    public async Task Upload_ThatComesLate_IsNeverTheNewest()
    {
        using var old = Owner("old");
        using var oldMachine = _harness.NewMachine(owner: old);
        await oldMachine.StartAsync();
        await oldMachine.SaveAndUploadAsync("step_1.json", "{}");
        oldMachine.Save("step_5.json", "{\"late\":true}");
        await OtherMachineAsync();

        foreach (var number in new[] { 2, 3 })
        {
            using var late = new CheckpointUpload(oldMachine.Store, number, old.Generation, blockBytes: 1024);
            var checkpoint = new CheckpointFolder(oldMachine.Path).Find("step_5.json").ShouldNotBeNull();
            (await late.RunAsync(checkpoint, () => Task.FromResult(true), default)).ShouldNotBeNull();
        }

        using var third = Owner("third");
        using var thirdMachine = _harness.NewMachine(owner: third);
        (await thirdMachine.StartAsync()).ShouldBe("step_2.json");
        thirdMachine.Read("step_2.json").ShouldBe("{\"by\":\"next\"}");
    }

    [Fact]
    public async Task Start_OnTheSameDiskAfterAnotherMachine_LeavesWhatItHadForNobody()
    {
        using (var old = Owner("old"))
        using (var machine = _harness.NewMachine(owner: old))
        {
            await machine.StartAsync();
            await machine.SaveAndUploadAsync("step_1.json", "{}");
            machine.Save("step_2.json", "{\"stale\":true}");
            await OtherMachineAsync();
        }

        using var again = Owner("old");
        using var sameDisk = _harness.SameMachine(owner: again);
        (await sameDisk.StartAsync()).ShouldBe("step_2.json");
        sameDisk.Read("step_2.json").ShouldBe("{\"by\":\"next\"}");
    }

    [Fact]
    public async Task Owner_WhoseProgramSavesNothing_SeesItsSuccessorWithinAMinute()
    {
        using var old = Owner("old");
        await old.ClaimAsync(default);
        using var ended = new CancellationTokenSource();
        var watching = old.WatchAsync(ended.Token);
        using var next = Owner("next");
        await next.ClaimAsync(default);

        _harness.Clock.Advance(StoreOwner.LookInterval);
        await watching.WaitAsync(TimeSpan.FromSeconds(60));

        old.Superseded.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Owners_ThatStartAtTheSameTime_GetDifferentGenerations()
    {
        var objects = new MeetingStore(_harness.Objects, participants: 3);
        var owners = new[] { "a", "b", "c" }.Select(name => new StoreOwner(objects, name, name, _harness.Clock, _harness.Log)).ToList();

        await Task.WhenAll(owners.Select(owner => TryClaimAsync(owner))).WaitAsync(TimeSpan.FromSeconds(60));

        owners.Select(owner => owner.Generation).ShouldBeUnique();
        var still = await Task.WhenAll(owners.Select(owner => owner.IsStillOursAsync(default)));
        still.Count(isOurs => isOurs).ShouldBe(1, "the last of them has it");
        owners.ForEach(owner => owner.Dispose());
    }

    [Fact]
    public async Task Claim_LeavesOneMark()
    {
        foreach (var name in new[] { "first", "second", "third" })
        {
            using var owner = Owner(name);
            await owner.ClaimAsync(default);
        }

        Directory.GetFiles(_folder.File("owners")).Length.ShouldBe(1);
    }

    private StoreOwner Owner(string machine) =>
        new(_harness.Objects, machine, Guid.NewGuid().ToString("n"), _harness.Clock, _harness.Log);

    private async Task OtherMachineAsync()
    {
        using var next = Owner("next");
        using var machine = _harness.NewMachine(owner: next);
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("step_2.json", "{\"by\":\"next\"}");
    }

    private static async Task TryClaimAsync(StoreOwner owner)
    {
        try
        {
            await owner.ClaimAsync(default);
        }
        catch (SupersededException)
        {
            // Another was later.
        }
    }

    /// <summary>The first writes of all wait for each other, so that each sees all the others.</summary>
    private sealed class MeetingStore(IObjectStore inner, int participants) : IObjectStore
    {
        private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _written;

        public async Task WriteAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
        {
            await inner.WriteAsync(name, write, cancellationToken);
            if (Interlocked.Increment(ref _written) == participants) _met.SetResult();
            await _met.Task;
        }

        public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
            inner.OpenReadAsync(name, cancellationToken);

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
            inner.ListAsync(prefix, cancellationToken);

        public Task DeleteAsync(string prefix, CancellationToken cancellationToken) => inner.DeleteAsync(prefix, cancellationToken);
    }
}
