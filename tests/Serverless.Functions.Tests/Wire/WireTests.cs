using Serverless.Core.Settings;
using Serverless.TestKit;
using Serverless.TestKit.Wire;

namespace Serverless.Functions.Tests.Wire;

public sealed class WireTests
{
    [Fact]
    public async Task EveryCall_OnAnEmptyHub_IsAnsweredAsTheEmbeddedHeadDoes()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("source.json"), WireScript.SourceText);
        await using var head = await AzureHarness.StartAsync(AzureHarness.Settings with
        {
            FlashpointSource = new Secret(folder.File("source.json")),
            Workers = 1,
        });

        WireRecord.ShouldHold(await WireScript.RunAsync(head.Target));
    }
}
