using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.Runs;

/// <summary>A report without what differs from one run of the same scenario to the next: times, job ids, and which lane took
/// which chunk.</summary>
internal static class ComparableReport
{
    private static readonly HashSet<string> Passing =
        ["duration_sec", "submitted_at", "running_at", "ended_at", "job_id", "worker"];

    public static string Of(string report) => Without(JsonNode.Parse(report))!.ToJsonString(new() { WriteIndented = true });

    private static JsonNode? Without(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => !Passing.Contains(member.Key))
            .Select(member => KeyValuePair.Create(member.Key, Without(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Without)]),
        _ => node?.DeepClone(),
    };
}
