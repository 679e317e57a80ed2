using Serverless.Agent.Tests.Checkpoints;
using Serverless.Blobs;
using Serverless.Core.Storage;

namespace Serverless.Functions.Tests.Storage;

/// <summary>An agent's checkpoints in a real Azurite; each test has a container of its own, which is not there at first.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobCheckpointTests(AzuriteServer server) : CheckpointContract
{
    protected override IObjectStore Objects { get; } = new BlobObjectStore(server.NewContainer(), "training/line/");
}
