using Serverless.Agent.Checkpoints;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

public sealed class CheckpointUploadTests : IDisposable
{
    private const int BlockBytes = 1000;

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryObjectStore _objects = new();
    private readonly CheckpointFolder _checkpoints;

    public CheckpointUploadTests() => _checkpoints = new CheckpointFolder(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Upload_OfWhatChangedMeanwhile_WritesNoManifest()
    {
        Write("step_1.bin", 3);
        using var upload = Upload(_objects);

        (await upload.RunAsync(_checkpoints.Look().Single(), () => Task.FromResult(false), default)).ShouldBeNull();

        (await new CheckpointStore(_objects).ListAsync(default)).ShouldBe([new StoredNumber(1, false)]);
    }

    [Fact]
    public async Task Upload_EqualBlocks_AreSentOnce()
    {
        File.WriteAllBytes(_folder.File("zeros_7.bin"), new byte[5 * BlockBytes]);
        using var upload = Upload(_objects);

        var manifest = await RunAsync(upload);

        upload.SentBytes.ShouldBe(BlockBytes);
        manifest!.Files.Single().Blocks.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Manifest_OfAFile_HasTheDigestThatSha256sumPrints()
    {
        File.WriteAllText(_folder.File("step_1.bin"), "hello\n");
        using var upload = Upload(_objects);

        (await RunAsync(upload))!.Sha256.ShouldBe("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    }

    private static CheckpointUpload Upload(IObjectStore objects) => new(new CheckpointStore(objects), number: 1, generation: 0, BlockBytes);

    private Task<CheckpointManifest?> RunAsync(CheckpointUpload upload) =>
        upload.RunAsync(_checkpoints.Look().Single(), () => Task.FromResult(true), default);

    private void Write(string name, int blocks)
    {
        var bytes = new byte[blocks * BlockBytes];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(_folder.File(name), bytes);
    }
}
