using Serverless.Agent.Tests;

namespace Serverless.Functions.Tests.Storage;

/// <summary><c>fanout agent exec</c> of the build for Azure, over a real Azurite.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobExecTests(AzuriteServer server) : ExecStoreContract
{
    protected override string Store { get; } = $"azure://{server.NewContainer().Name}/training/line";

    protected override string Program => "fanout-azure.dll";

    protected override string Secret => AzuriteServer.Key;

    protected override IReadOnlyDictionary<string, string> Settings { get; } =
        new Dictionary<string, string> { ["AzureWebJobsStorage"] = server.ConnectionString };
}
