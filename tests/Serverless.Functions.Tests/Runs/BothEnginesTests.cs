namespace Serverless.Functions.Tests.Runs;

/// <summary>The same runs on the embedded engine and on Durable Task's own: the same results and the same report.</summary>
public sealed class BothEnginesTests
{
    private static readonly Dictionary<string, RunScenario> Scenarios = RunScenarios.All;

    public static TheoryData<string> Names => [.. Scenarios.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Run_OnBothEngines_HasTheSameResultsAndReport(string name)
    {
        var scenario = Scenarios[name];
        await using var embedded = await RunOnEngine.EmbeddedAsync(scenario);
        await using var native = await RunOnEngine.DurableTaskAsync(scenario);

        var expected = await embedded.PlayAsync();
        var summary = await native.PlayAsync();

        (expected.Failed, expected.ChunkCount, expected.Flashpoints).ShouldBe((scenario.Failed, scenario.Chunks, scenario.Flashpoints));
        native.Results.ShouldBe(embedded.Results);
        ComparableReport.Of(native.Report).ShouldBe(ComparableReport.Of(embedded.Report));
        (summary with { DurationSec = 0 }).ShouldBe(expected with { DurationSec = 0 });
    }
}
