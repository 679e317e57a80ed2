using System.Text;
using Serverless.Agent.Checkpoints;

namespace Serverless.Agent.Tests.Checkpoints;

/// <summary>What a machine goes on from.</summary>
public abstract partial class CheckpointContract
{
    [Fact]
    public async Task Start_EmptyStore_BeginsAnew()
    {
        using var machine = Harness.NewMachine();

        (await machine.StartAsync()).ShouldBeNull();

        Harness.Log.Lines.ShouldContain("Information: No checkpoint yet; the program begins anew");
    }

    [Fact]
    public async Task Start_OnANewMachine_GetsTheNewest()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        using var next = Harness.NewMachine();

        (await next.StartAsync()).ShouldBe("epoch_2.pt");

        next.Read("epoch_2.pt").ShouldBe("content of epoch_2.pt");
        Directory.GetFileSystemEntries(next.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
            .ShouldBe([".fanout-checkpoints.json", "epoch_2.pt"]);
    }

    [Fact]
    public async Task Start_AfterARestore_DoesNotUploadItAgain()
    {
        await StoreAsync("epoch_1.pt");
        using var next = Harness.NewMachine();
        await next.StartAsync();
        Harness.Clock.Advance(CheckpointHarness.Settle);

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
        await DamageAsync(2, damage);
        using var next = Harness.NewMachine();

        (await next.StartAsync()).ShouldBe("epoch_1.pt");

        Harness.Log.Lines.ShouldContain(line => Matches(line, $"Warning: Checkpoint 2 is not used: {reason}. The one before is tried"));
        File.Exists(Path.Combine(next.Path, "epoch_2.pt")).ShouldBeFalse();
    }

    [Fact]
    public async Task Upload_AfterACorruptNewest_IsNewerThanThat()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        await DamageAsync(2, "a block gone");
        using var next = Harness.NewMachine();
        await next.StartAsync();

        await next.SaveAndUploadAsync("epoch_2.pt", "made again");

        using var third = Harness.NewMachine();
        (await third.StartAsync()).ShouldBe("epoch_2.pt");
        third.Read("epoch_2.pt").ShouldBe("made again");
    }

    [Fact]
    public async Task Start_NewestHasNoManifest_TakesTheOneBeforeAndSaysSo()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        await Objects.DeleteAsync(CheckpointNames.Manifest(2, generation: 0), default);
        using var next = Harness.NewMachine();

        (await next.StartAsync()).ShouldBe("epoch_1.pt");

        Harness.Log.Lines.ShouldContain(line => line.Contains("Checkpoint 2 is not used: its upload was broken off"));
    }

    [Fact]
    public async Task Start_AllAreCorrupt_FailsInsteadOfBeginningAnew()
    {
        await StoreAsync("epoch_1.pt", "epoch_2.pt");
        await DamageAsync(1, "a block gone");
        await DamageAsync(2, "a block gone");
        using var next = Harness.NewMachine();

        (await Should.ThrowAsync<CheckpointsLostException>(() => next.StartAsync()))
            .Message.ShouldBe("All 2 checkpoints in the store are damaged");
    }

    [Theory]
    [InlineData("../outside.pt")]
    [InlineData("/etc/passwd")]
    public async Task Start_ManifestWithAPathThatLeaves_IsNotUsed(string path)
    {
        var file = new CheckpointFile(path, 0, new string('0', 64), []);
        using var writer = Harness.NewMachine();
        await writer.Store.WriteManifestAsync(
            new CheckpointManifest
            {
                Number = 1,
                Step = 1,
                Name = "checkpoint-1",
                IsFolder = true,
                SavedAt = Harness.Clock.GetUtcNow(),
                Bytes = 0,
                Sha256 = new string('0', 64),
                Files = [file],
            },
            default);

        await Should.ThrowAsync<CheckpointsLostException>(() => writer.StartAsync());

        Harness.Log.Lines.ShouldContain(line => line.Contains("a path that leaves the checkpoint's folder"));
    }

    [Fact]
    public async Task Start_SameDiskAgain_GoesOnFromWhatWasNeverUploaded()
    {
        using var machine = Harness.NewMachine();
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("step_1.json", "{}");
        machine.Save("step_2.json", "{}");

        (await machine.StartAsync()).ShouldBe("step_2.json");

        Harness.Clock.Advance(CheckpointHarness.Settle);
        await machine.Sync.LookAsync(true, default);
        Harness.Clock.Advance(CheckpointHarness.Settle);
        await machine.Sync.LookAsync(true, default);
        machine.Sync.Newest!.Name.ShouldBe("step_2.json");
    }

    [Fact]
    public async Task Start_SameDiskButAnotherMachineWentOn_TakesTheStores()
    {
        using var machine = Harness.NewMachine();
        await machine.StartAsync();
        await machine.SaveAndUploadAsync("step_1.json", "{}");
        machine.Save("step_2.json", "{\"stale\":true}");
        using (var other = Harness.NewMachine())
        {
            await other.StartAsync();
            await other.SaveAndUploadAsync("step_3.json", "{}");
        }

        (await machine.StartAsync()).ShouldBe("step_3.json");
    }

    private async Task StoreAsync(params string[] names)
    {
        using var machine = Harness.NewMachine();
        await machine.StartAsync();
        foreach (var name in names) await machine.SaveAndUploadAsync(name, $"content of {name}");
    }

    private async Task DamageAsync(long number, string how)
    {
        var block = (await NamesAsync(CheckpointNames.Blocks(number)))[0];
        var manifest = CheckpointNames.Manifest(number, generation: 0);
        await (how switch
        {
            "a block's bytes" => RewriteAsync(block, text => text.ToUpperInvariant()),
            "a block's length" => RewriteAsync(block, text => text + "x"),
            "a block gone" => Objects.DeleteAsync(block, default),
            "the manifest cut" => RewriteAsync(manifest, text => text[..40]),
            _ => RewriteAsync(manifest, text => text.Replace("\"step\": 2", "\"step\": 3", StringComparison.Ordinal)),
        });
    }

    private async Task RewriteAsync(string name, Func<string, string> change)
    {
        string before;
        await using (var stream = (await Objects.OpenReadAsync(name, default)).ShouldNotBeNull())
        using (var reader = new StreamReader(stream)) before = await reader.ReadToEndAsync();
        var after = change(before);
        after.ShouldNotBe(before);
        await Objects.WriteAsync(name, async (target, token) => await target.WriteAsync(Encoding.UTF8.GetBytes(after), token), default);
    }

    private static bool Matches(string line, string pattern)
    {
        var parts = pattern.Split('*');
        return line.StartsWith(parts[0], StringComparison.Ordinal) && line.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
