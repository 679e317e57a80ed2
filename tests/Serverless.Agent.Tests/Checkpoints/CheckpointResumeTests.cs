using Serverless.Agent.Checkpoints;

namespace Serverless.Agent.Tests.Checkpoints;

public sealed class CheckpointResumeTests : IDisposable
{
    private readonly CheckpointHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task Start_EmptyStore_BeginsAnew()
    {
        using var machine = _harness.NewMachine();

        (await machine.StartAsync()).ShouldBeNull();

        _harness.Log.Lines.ShouldContain("Information: No checkpoint yet; the program begins anew");
    }

    [Fact]
    public async Task Start_OnANewMachine_GetsTheNewest()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        using var next = _harness.NewMachine();

        (await next.StartAsync()).ShouldBe("epoch_2.pt");

        next.Read("epoch_2.pt").ShouldBe("content of epoch_2.pt");
        Directory.GetFileSystemEntries(next.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
            .ShouldBe([".fanout-checkpoints.json", "epoch_2.pt"]);
    }

    [Fact]
    public async Task Start_AfterARestore_DoesNotUploadItAgain()
    {
        await StoreAsync("epoch_1.pt");
        using var next = _harness.NewMachine();
        await next.StartAsync();
        _harness.Clock.Advance(CheckpointHarness.Settle);

        await next.Sync.LookAsync(true, default);
        await next.Sync.FlushAsync(true, default);

        (await next.Store.ListAsync(default)).ShouldBe([new StoredNumber(1, true)]);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "a block's bytes", "block * has another digest than it had" },
        { "a block's length", "block * is not 21 bytes long any more" },
        { "a block gone", "block * is gone" },
        { "the manifest cut", "its manifest is not JSON that can be read" },
        { "the manifest's step", "its manifest has another digest than it says" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Start_NewestIsCorrupt_TakesTheOneBeforeAndSaysSo(string damage, string reason)
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        Damage(2, damage);
        using var next = _harness.NewMachine();

        (await next.StartAsync()).ShouldBe("epoch_1.pt");

        _harness.Log.Lines.ShouldContain(line => Matches(line, $"Warning: Checkpoint 2 is not used: {reason}. The one before is tried"));
        File.Exists(Path.Combine(next.Path, "epoch_2.pt")).ShouldBeFalse();
    }

    [Fact]
    public async Task Upload_AfterACorruptNewest_IsNewerThanThat()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        Damage(2, "a block gone");
        using var next = _harness.NewMachine();
        await next.StartAsync();

        await next.SaveAndUploadAsync("epoch_2.pt", "made again");

        using var third = _harness.NewMachine();
        (await third.StartAsync()).ShouldBe("epoch_2.pt");
        third.Read("epoch_2.pt").ShouldBe("made again");
    }

    [Fact]
    public async Task Start_NewestHasNoManifest_TakesTheOneBeforeAndSaysSo()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        File.Delete(_harness.StoredFiles(2, "manifest.json").Single());
        using var next = _harness.NewMachine();

        (await next.StartAsync()).ShouldBe("epoch_1.pt");

        _harness.Log.Lines.ShouldContain(line => line.Contains("Checkpoint 2 is not used: its upload was broken off"));
    }

    [Fact]
    public async Task Start_AllAreCorrupt_FailsInsteadOfBeginningAnew()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        Damage(1, "a block gone");
        Damage(2, "a block gone");
        using var next = _harness.NewMachine();

        (await Should.ThrowAsync<CheckpointsLostException>(() => next.StartAsync()))
            .Message.ShouldBe("All 2 checkpoints in the store are damaged");
    }

    [Theory]
    [InlineData("../outside.pt")]
    [InlineData("/etc/passwd")]
    public async Task Start_ManifestWithAPathThatLeaves_IsNotUsed(string path)
    {
        var file = new CheckpointFile(path, 0, new string('0', 64), []);
        using var writer = _harness.NewMachine();
        await writer.Store.WriteManifestAsync(
            new CheckpointManifest
            {
                Number = 1,
                Step = 1,
                Name = "checkpoint-1",
                IsFolder = true,
                SavedAt = _harness.Clock.GetUtcNow(),
                Bytes = 0,
                Sha256 = new string('0', 64),
                Files = [file],
            },
            default);

        await Should.ThrowAsync<CheckpointsLostException>(() => writer.StartAsync());

        _harness.Log.Lines.ShouldContain(line => line.Contains("a path that leaves the checkpoint's folder"));
    }

    [Fact]
    public async Task Start_SameDiskAgain_GoesOnFromWhatWasNeverUploaded()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("step_1.json", "{}");
        machine.Save("step_2.json", "{}");

        (await machine.StartAsync()).ShouldBe("step_2.json");

        _harness.Clock.Advance(CheckpointHarness.Settle);
        await machine.Sync.LookAsync(true, default);
        _harness.Clock.Advance(CheckpointHarness.Settle);
        await machine.Sync.LookAsync(true, default);
        machine.Sync.Newest!.Name.ShouldBe("step_2.json");
    }

    [Fact]
    public async Task Start_SameDiskButAnotherMachineWentOn_TakesTheStores()
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("step_1.json", "{}");
        machine.Save("step_2.json", "{\"stale\":true}");
        using (var other = _harness.NewMachine())
        {
            await other.StartAsync();
            await other.SaveAndUploadAsync("step_3.json", "{}");
        }

        (await machine.StartAsync()).ShouldBe("step_3.json");
    }

    private async Task StoreAsync(params string[] names)
    {
        using var machine = _harness.NewMachine();
        await machine.StartAsync();
        foreach (var name in names) await machine.SaveAndUploadAsync(name, $"content of {name}");
    }

    private void Damage(long number, string how)
    {
        var block = _harness.StoredFiles(number, "*").First(path => !path.EndsWith(".json", StringComparison.Ordinal));
        var manifest = _harness.StoredFiles(number, "manifest.json").Single();
        switch (how)
        {
            case "a block's bytes":
                File.WriteAllText(block, File.ReadAllText(block).ToUpperInvariant());
                break;
            case "a block's length":
                File.AppendAllText(block, "x");
                break;
            case "a block gone":
                File.Delete(block);
                break;
            case "the manifest cut":
                File.WriteAllText(manifest, File.ReadAllText(manifest)[..40]);
                break;
            default:
                File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"step\": 2", "\"step\": 3", StringComparison.Ordinal));
                break;
        }
    }

    private static bool Matches(string line, string pattern)
    {
        var parts = pattern.Split('*');
        return line.StartsWith(parts[0], StringComparison.Ordinal) && line.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
