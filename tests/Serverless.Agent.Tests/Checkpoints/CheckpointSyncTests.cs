using Serverless.Agent.Checkpoints;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

public sealed class CheckpointSyncTests : IDisposable
{
    private readonly CheckpointHarness _harness = new(new MemoryObjectStore());

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task Sync_FileThatStillChanges_IsUploadedOnlyOnceItHasSettled()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        machine.Save("epoch_1.pt", "a");
        await machine.Sync.LookAsync(false, default);
        _harness.Clock.Advance(CheckpointHarness.Settle - TimeSpan.FromSeconds(1));
        machine.Save("epoch_1.pt", "ab");
        await machine.Sync.LookAsync(false, default);
        _harness.Clock.Advance(CheckpointHarness.Settle - TimeSpan.FromSeconds(1));
        await machine.Sync.LookAsync(false, default);
        machine.Sync.Newest.ShouldBeNull();

        _harness.Clock.Advance(TimeSpan.FromSeconds(1));
        await machine.Sync.LookAsync(false, default);

        machine.Sync.Newest.ShouldNotBeNull().Bytes.ShouldBe(2);
        machine.Sync.Newest.Step.ShouldBe(1);
        _harness.Log.Lines.ShouldContain("Information: Checkpoint saved: epoch_1.pt (step 1, 2 bytes)");
    }

    [Theory]
    [InlineData("model.pt.tmp")]
    [InlineData("model.partial")]
    [InlineData(".hidden")]
    [InlineData("model.pt~")]
    public async Task Sync_NameOfSomethingUnfinished_IsPassedOver(string name)
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();

        await machine.SaveAndUploadAsync(name, "x");

        machine.Sync.Newest.ShouldBeNull();
    }

    [Fact]
    public async Task Sync_SeveralNew_UploadsTheNewestAlone()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        machine.Save("epoch_1.pt", "1");
        machine.Save("epoch_2.pt", "2");

        await machine.SaveAndUploadAsync("epoch_3.pt", "3");

        (await machine.Store.ListAsync(default)).ShouldBe([new StoredNumber(1, true)]);
        machine.Sync.Newest!.Name.ShouldBe("epoch_3.pt");
    }

    [Fact]
    public async Task Sync_WithinTheInterval_WaitsUnlessItIsUrgent()
    {
        using var machine = _harness.NewMachine(interval: TimeSpan.FromMinutes(10));
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("epoch_1.pt", "1");
        await machine.SaveAndUploadAsync("epoch_2.pt", "2");
        machine.Sync.Newest!.Step.ShouldBe(1);

        await machine.Sync.LookAsync(isUrgent: true, default);

        machine.Sync.Newest!.Step.ShouldBe(2);
    }

    [Fact]
    public async Task Sync_SameNameWrittenAgain_IsANewCheckpoint()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("last.pt", "first");

        await machine.SaveAndUploadAsync("last.pt", "second");

        machine.Sync.Newest!.Number.ShouldBe(2);
        machine.Sync.Newest.Step.ShouldBe(2);
    }

    [Fact]
    public async Task Flush_AfterAGoodEnd_UploadsWhatHasNotSettled()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        machine.Save("epoch_1.bin", "1");

        await machine.Sync.FlushAsync(isTrusted: true, default);

        machine.Sync.Newest!.Step.ShouldBe(1);
    }

    [Fact]
    public async Task Flush_AfterAKill_LeavesOutWhatWasJustWrittenForGood()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("epoch_1.bin", "1");
        machine.Save("epoch_2.bin", "half of i");

        await machine.Sync.FlushAsync(isTrusted: false, default);
        _harness.Clock.Advance(CheckpointHarness.Settle);
        await machine.Sync.LookAsync(true, default);

        machine.Sync.Newest!.Step.ShouldBe(1);
        (await machine.StartAsync()).ShouldBe("epoch_1.bin");
        _harness.Log.Lines.ShouldContain(
            "Warning: Checkpoint epoch_2.bin is not uploaded: the program died while it wrote it, or shortly after");
    }

    [Theory]
    [InlineData("{\"step\":2}", 2)]
    [InlineData("{\"step\":", 1)]
    public async Task Flush_AfterAKill_TakesAFileWhoseFormShowsThatItIsComplete(string content, int step)
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("step_1.json", "{\"step\":1}");
        machine.Save("step_2.json", content);

        await machine.Sync.FlushAsync(isTrusted: false, default);

        machine.Sync.Newest!.Step.ShouldBe(step);
    }

    [LinuxFact]
    public async Task Sync_FolderThatCannotBeRead_IsLookedAtAgain()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        Directory.Delete(machine.Path, recursive: true);
        File.WriteAllText(machine.Path, "in the way");
        await machine.Sync.LookAsync(false, default);
        await machine.Sync.FlushAsync(true, default);
        _harness.Log.Lines.Count(line => line.Contains("cannot be looked at", StringComparison.Ordinal)).ShouldBe(2);

        File.Delete(machine.Path);
        await machine.SaveAndUploadAsync("epoch_1.pt", "1");

        machine.Sync.Newest!.Step.ShouldBe(1);
    }

    [Fact]
    public async Task Sync_DamagedFile_IsLeftOutAndTheOneBeforeTaken()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        machine.Save("step_1.json", "{}");

        await machine.SaveAndUploadAsync("step_2.json", "{\"cut\":");

        machine.Sync.Newest!.Step.ShouldBe(1);
        _harness.Log.Lines.ShouldContain("Warning: Checkpoint step_2.json is not uploaded: it is cut or damaged");
    }
}
