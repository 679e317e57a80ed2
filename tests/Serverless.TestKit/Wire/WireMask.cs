using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Serverless.TestKit.Wire;

/// <summary>Leaves out of answers what differs from one time to the next: times, durations, addresses, ids of requests, versions.</summary>
internal sealed partial class WireMask(Uri address)
{
    private static readonly string[] NotCompared = ["Date", "Server", "Transfer-Encoding", "Content-Length", "Connection", "Keep-Alive"];

    private readonly string _base = address.GetLeftPart(UriPartial.Authority);

    public JsonObject Headers(HttpResponseMessage answer)
    {
        var kept = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => !NotCompared.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(header => KeyValuePair.Create<string, JsonNode?>(header.Key, Text(string.Join(", ", header.Value))));
        return new JsonObject(kept);
    }

    public JsonNode? Body(string text, HttpResponseMessage answer) => answer.Content.Headers.ContentType?.MediaType switch
    {
        _ when text.Length == 0 => null,
        _ when answer.StatusCode == HttpStatusCode.PartialContent => Text(text),
        "application/json" or "application/problem+json" => Json(JsonNode.Parse(text), ""),
        "application/x-ndjson" => Lines(text),
        "text/event-stream" => Events(text),
        "text/html" => "(page)",
        _ => Text(text),
    };

    private JsonArray Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Json(JsonNode.Parse(line), ""))];

    /// <summary>Each event's name and data. Ids count what a process has seen.</summary>
    private JsonArray Events(string text) =>
    [
        .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Split("\ndata: ", 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => (JsonNode)new JsonObject
            {
                ["event"] = parts[0].Split('\n').Single(line => line.StartsWith("event: ", StringComparison.Ordinal))[7..],
                ["data"] = Json(JsonNode.Parse(parts[1]), ""),
            }),
    ];

    private JsonNode? Json(JsonNode? node, string name) => node switch
    {
        JsonObject members => new JsonObject(
            members.Select(member => KeyValuePair.Create(member.Key, Json(member.Value, member.Key)))),
        JsonArray items => new JsonArray([.. items.Select(item => Json(item, name))]),
        JsonValue when name == "version" => "(version)",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && IsDuration(name) => "(seconds)",
        _ => node?.DeepClone(),
    };

    private static bool IsDuration(string name) => name.EndsWith("_sec", StringComparison.Ordinal) && name != "timeout_sec";

    private string Text(string text)
    {
        if (DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", "yyyy-MM-ddTHH:mm:ssZ"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return "(time)";
        }

        if (text.EndsWith("source.json", StringComparison.Ordinal)) return "(source)";
        text = Page().Replace(Today().Replace(text, "etl-(today)"), "\"(page)\"");
        return RequestId().Replace(Tag().Replace(text.Replace(_base, "(address)", StringComparison.Ordinal), "\"(time)-"), "request (id)");
    }

    /// <summary>The tag of results begins with when their run ended.</summary>
    [GeneratedRegex("\"[0-9a-f]{11}-")]
    private static partial Regex Tag();

    /// <summary>The tag of a file of the dashboard, which is another one whenever somebody changes the page.</summary>
    [GeneratedRegex("\"[0-9a-f]{16}\"")]
    private static partial Regex Page();

    [GeneratedRegex("etl-[0-9]{4}-[0-9]{2}-[0-9]{2}(?![-0-9])")]
    private static partial Regex Today();

    [GeneratedRegex("request [0-9A-Z]{10,}:[0-9]+")]
    private static partial Regex RequestId();
}
