using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.Host.Webhooks;
using Serverless.TestKit;
using Serverless.TestKit.Wire;

namespace Serverless.Host.Tests.Wire;

public sealed class WireTests
{
    /// <summary>The record that the Azure head is held to.</summary>
    [Fact]
    public async Task EveryCall_OnAnEmptyHost_IsAnsweredAsRecorded()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("source.json"), WireScript.SourceText);
        await using var host = await HostHarness.StartAsync(new HostHarnessOptions
        {
            Settings = new FanOutSettings { FlashpointSource = new Secret(folder.File("source.json")), Workers = 1 },
            Clock = new WireClock(),
        });

        var answers = await WireScript.RunAsync(new WireTarget
        {
            Http = host.Http,
            Backend = host.Backend,
            Token = (run, chunk, attempt) => host.Parts.Webhooks.Create(new WebhookTarget(run, chunk, attempt)),
        });

        if (WireRecord.IsRecording) WireRecord.Write(answers);
        else WireRecord.ShouldHold(answers);
    }
}
