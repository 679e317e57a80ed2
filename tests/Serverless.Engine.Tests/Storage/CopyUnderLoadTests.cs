namespace Serverless.Engine.Tests.Storage;

/// <summary>Files copied while they are written: a copy goes on, or is refused as damaged, and is never wrong.</summary>
public sealed class CopyUnderLoadTests
{
    [Fact]
    public async Task Copies_TakenAtAnyMoment_GoOnOrAreRefused()
    {
        const int Count = 25;
        using var folder = new TemporaryFolder();
        await using var engine = new EngineHarness().Activity<string, string>("Echo", text => text)
            .Orchestrator<string, string>("Echo", (context, text) => context.CallActivityAsync<string>("Echo", text));
        await engine.RunAsync<string>("Echo", Text(-1), id: "i--1");
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await engine.RunAsync<string>("Echo", Text(i), id: $"i-{i}");
        });
        var copies = new List<string>();
        for (var i = 0; i < Count; i++)
        {
            var ended = engine.Engine.Commits + 5;
            await engine.WhenAsync(() => Task.FromResult(engine.Engine.Commits >= ended));
            copies.Add(Copies.Take(engine.DatabasePath, folder));
        }

        await stop.CancelAsync();
        await load;

        var sound = 0;
        foreach (var copy in copies)
        {
            if (await GoesOnAsync(engine.OnCopy(copy))) sound++;
        }

        sound.ShouldBeGreaterThan(0);
    }

    private static async Task<bool> GoesOnAsync(EngineHarness engine)
    {
        await using var copy = engine;
        try
        {
            if ((await copy.Engine.CheckAsync()).Count > 0) return false;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Corrupt)
        {
            return false;
        }

        var page = await copy.Client.ListInstancesAsync(new OrchestrationQuery());
        page.Values.ShouldNotBeEmpty();
        foreach (var instance in page.Values)
        {
            var number = int.Parse(instance.InstanceId[2..], System.Globalization.CultureInfo.InvariantCulture);
            (await copy.ResultAsync<string>(instance.InstanceId)).ShouldBe(Text(number));
        }

        return true;
    }

    private static string Text(int i) => new((char)('a' + (i + 26) % 26), 3000);
}
