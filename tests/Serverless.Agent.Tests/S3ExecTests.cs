using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary><c>fanout agent exec</c> over a store that speaks S3.</summary>
public sealed class S3ExecTests : ExecStoreContract, IAsyncLifetime
{
    private S3Server? _server;

    protected override string Store => $"s3://{S3Server.Bucket}/training/line";

    protected override string Secret => S3Server.Key;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["S3_ENDPOINT"] = _server!.Address.AbsoluteUri,
        ["S3_ACCESS_KEY_ID"] = S3Server.Key,
        ["S3_SECRET_ACCESS_KEY"] = S3Server.Key,
    };

    public async Task InitializeAsync() => _server = await S3Server.StartAsync();

    public Task DisposeAsync()
    {
        _server!.Dispose();
        return Task.CompletedTask;
    }
}
