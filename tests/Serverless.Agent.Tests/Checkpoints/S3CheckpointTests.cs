using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

/// <summary>Checkpoints in a store that speaks S3; each test has a prefix of its own.</summary>
public sealed class S3CheckpointTests(S3CheckpointTests.SharedServer server)
    : CheckpointContract, IClassFixture<S3CheckpointTests.SharedServer>
{
    private readonly S3ObjectStore _store = server.Open(Guid.NewGuid().ToString("n"));

    protected override IObjectStore Objects => _store;

    public override void Dispose()
    {
        base.Dispose();
        _store.Dispose();
    }

    /// <summary>One server for all of them.</summary>
    public sealed class SharedServer : IAsyncLifetime
    {
        private S3Server? _server;

        public async Task InitializeAsync() => _server = await S3Server.StartAsync();

        public Task DisposeAsync()
        {
            _server!.Dispose();
            return Task.CompletedTask;
        }

        internal S3ObjectStore Open(string prefix) => new(
            S3Address.Parse($"s3://{S3Server.Bucket}/{prefix}")!,
            new S3Options { Endpoint = _server!.Address, AccessKeyId = S3Server.Key, SecretAccessKey = S3Server.Key });
    }
}
