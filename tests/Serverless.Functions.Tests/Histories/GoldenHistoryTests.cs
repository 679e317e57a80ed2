using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.DurableTask.Protobuf;
using Serverless.Functions.Tests.Runs;

namespace Serverless.Functions.Tests.Histories;

/// <summary>
/// Histories that Durable Task recorded of runs of earlier builds, in a folder for each version of the orchestrators (host.json:
/// <c>defaultVersion</c>). They are never edited: a build that cannot replay them breaks every run that is under way when it is
/// deployed.
/// </summary>
public sealed class GoldenHistoryTests
{
    public static TheoryData<string> Files =>
    [
        .. Directory.EnumerateFiles(Here(), "*.json", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Here(), path)).Order(),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void History_OfAnEarlierBuild_ReplaysToTheSameEnd(string file)
    {
        var turns = Read(file);

        turns.Count.ShouldBeGreaterThan(1);
        foreach (var turn in turns)
        {
            var request = Request(turn!);
            var end = GoldenRun.Replay(request);

            end.OrchestrationStatus.ShouldBe(OrchestrationStatus.Completed, $"{request.InstanceId}: {end.FailureDetails}");
            Difference(turn!["result"], JsonNode.Parse(end.Result), "").ShouldBeNull($"{request.InstanceId} of {file}");
        }
    }

    [Fact]
    public void History_OfWhatOrchestratorsDoNotAskFor_IsFoundOut()
    {
        var turn = Read(Path.Combine(CurrentVersion(), "streams.json"))
            .Single(one => one!.ToJsonString().Contains("CheckJob", StringComparison.Ordinal))!;
        var other = JsonNode.Parse(turn.ToJsonString().Replace("CheckJob", "GiveUp", StringComparison.Ordinal));

        var end = GoldenRun.Replay(Request(other));

        end.OrchestrationStatus.ShouldBe(OrchestrationStatus.Failed);
        end.FailureDetails.ErrorType.ShouldEndWith("NonDeterministicOrchestrationException");
    }

    /// <summary>Where this fails the orchestrators ask for other things than before, or in another order: raise
    /// <c>defaultVersion</c> in host.json, so that no instance of the build before takes up a run that began with this one, and
    /// add a folder with what is recorded now. What is there has to go on replaying.</summary>
    [Theory]
    [InlineData("poison")]
    [InlineData("retries that do not help")]
    public async Task History_RecordedNow_AsksForWhatTheNewestOnFileAsksFor(string scenario)
    {
        var recorded = await GoldenRun.RecordAsync(RunScenarios.All[scenario]);

        Asked(recorded).ShouldBe(Asked(Read(Path.Combine(CurrentVersion(), $"{scenario.Replace(' ', '-')}.json"))));
    }

    private static string CurrentVersion() => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))!
        ["extensions"]!["durableTask"]!["defaultVersion"]!.GetValue<string>();

    private static List<string> Asked(JsonArray turns) =>
    [
        .. from turn in turns
           let request = Request(turn)
           from one in request.PastEvents.Concat(request.NewEvents)
           let what = Asked(one)
           where what is not null
           select $"{request.InstanceId} {what}",
    ];

    private static string? Asked(HistoryEvent one) => one.EventTypeCase switch
    {
        HistoryEvent.EventTypeOneofCase.TaskScheduled => one.TaskScheduled.Name,
        HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCreated => one.SubOrchestrationInstanceCreated.Name,
        HistoryEvent.EventTypeOneofCase.TimerCreated => "timer",
        _ => null,
    };

    /// <summary>Where a recorded value is not what it is now; a member that came later is none. Null: nowhere.</summary>
    private static string? Difference(JsonNode? recorded, JsonNode? now, string path) => (recorded, now) switch
    {
        (JsonObject members, JsonObject others) => members
            .Select(member => Difference(member.Value, others[member.Key], $"{path}/{member.Key}"))
            .FirstOrDefault(difference => difference is not null),
        (JsonArray items, JsonArray others) when items.Count == others.Count => items
            .Select((item, index) => Difference(item, others[index], $"{path}/{index}"))
            .FirstOrDefault(difference => difference is not null),
        _ => JsonNode.DeepEquals(recorded, now) ? null : $"{path} was {recorded?.ToJsonString()} and is {now?.ToJsonString()}",
    };

    private static OrchestratorRequest Request(JsonNode? turn) =>
        JsonParser.Default.Parse<OrchestratorRequest>(turn!["request"]!.ToJsonString());

    private static JsonArray Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Here(), file)))!.AsArray();

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
