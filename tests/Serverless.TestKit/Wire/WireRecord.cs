using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace Serverless.TestKit.Wire;

/// <summary>What the embedded head answers to <see cref="WireScript"/>. To record it anew, after the HTTP API was changed on
/// purpose: <c>FANOUT_RECORD_WIRE=1 dotnet test -c Release tests/Serverless.Host.Tests --filter WireTests</c>.</summary>
public static class WireRecord
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether the embedded head's answers are to be kept rather than compared.</summary>
    public static bool IsRecording => Environment.GetEnvironmentVariable("FANOUT_RECORD_WIRE") == "1";

    /// <summary>Keeps answers.</summary>
    public static void Write(IReadOnlyList<WireExchange> exchanges) =>
        File.WriteAllText(FilePath(), Text(new JsonArray([.. exchanges.Select(exchange => exchange.ToJson())])) + "\n");

    /// <summary>Compares answers with those kept, field by field.</summary>
    public static void ShouldHold(IReadOnlyList<WireExchange> exchanges)
    {
        ArgumentNullException.ThrowIfNull(exchanges);
        var kept = JsonNode.Parse(File.ReadAllText(FilePath()))!.AsArray();
        var differences = new List<string>();
        foreach (var (recorded, answered) in kept.Zip(exchanges))
            Compare((string)recorded!["call"]!, recorded, answered.ToJson(), differences);
        differences.ShouldBeEmpty();
        exchanges.Count.ShouldBe(kept.Count);
    }

    private static void Compare(string place, JsonNode? recorded, JsonNode? answered, List<string> differences)
    {
        if (recorded is JsonObject members && answered is JsonObject others)
        {
            foreach (var name in members.Select(member => member.Key).Union(others.Select(member => member.Key)))
                Compare($"{place} / {name}", members[name], others[name], differences);
        }
        else if (recorded is JsonArray items && answered is JsonArray found && items.Count == found.Count)
        {
            for (var i = 0; i < items.Count; i++) Compare($"{place} [{i}]", items[i], found[i], differences);
        }
        else if (!JsonNode.DeepEquals(recorded, answered))
        {
            differences.Add($"{place}: recorded {Text(recorded)}, answered {Text(answered)}");
        }
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(Indented) ?? "nothing";

    private static string FilePath([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "embedded-head.json");
}
