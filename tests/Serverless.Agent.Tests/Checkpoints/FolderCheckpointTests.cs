using Serverless.Core.Storage;
using Serverless.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

/// <summary>Checkpoints in a folder.</summary>
public sealed class FolderCheckpointTests : CheckpointContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileObjectStore _store;

    public FolderCheckpointTests() => _store = new FileObjectStore(_folder.Path);

    protected override IObjectStore Objects => _store;

    public override void Dispose()
    {
        base.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }
}
