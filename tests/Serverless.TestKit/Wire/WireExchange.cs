using System.Text.Json.Nodes;

namespace Serverless.TestKit.Wire;

/// <summary>A request and its answer, as they are recorded: without what differs from one time to the next.</summary>
/// <param name="Call">Method and path.</param>
/// <param name="Status">The answer's code.</param>
/// <param name="Headers">The answer's headers.</param>
/// <param name="Body">Its body: JSON as such, lines and events as a list, anything else as text.</param>
public sealed record WireExchange(string Call, int Status, JsonObject Headers, JsonNode? Body)
{
    /// <summary>As it is kept.</summary>
    public JsonObject ToJson() => new()
    {
        ["call"] = Call,
        ["status"] = Status,
        ["headers"] = Headers.DeepClone(),
        ["body"] = Body?.DeepClone(),
    };
}
