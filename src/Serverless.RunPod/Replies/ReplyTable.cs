namespace Serverless.RunPod.Replies;

/// <summary>What a response's body is, before its meaning is asked for.</summary>
internal enum BodyShape
{
    /// <summary>Matches each of the others.</summary>
    Any,
    Json,

    /// <summary>Nothing at all.</summary>
    Empty,

    /// <summary>HTML from the edge, or whatever else a machine in between has to say.</summary>
    Page,
}

/// <summary>One line of <see cref="ReplyTable"/>.</summary>
/// <param name="From">The lowest status code that it matches.</param>
/// <param name="To">The highest.</param>
/// <param name="Shape">The body that it matches.</param>
/// <param name="Says">What the body's explanation must contain, or null.</param>
/// <param name="Kind">What such a response means.</param>
/// <param name="Meaning">The same in words; follows "RunPod answered N:".</param>
internal sealed record ReplyRow(int From, int To, BodyShape Shape, string? Says, ReplyKind Kind, string Meaning)
{
    public bool Matches(int code, BodyShape shape, string explanation) =>
        code >= From && code <= To
        && (Shape == BodyShape.Any || Shape == shape)
        && (Says is null || explanation.Contains(Says, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// What every response means, in one place. The first row that matches decides. Bodies of 401, 402 and 403 are
/// undocumented, so there the code decides; a page from the edge says nothing about the call.
/// </summary>
internal static class ReplyTable
{
    private const string CheckEndpoint = "check the endpoint id, and that the API key belongs to the same account";

    /// <summary>The rows; docs/runpod.md explains each.</summary>
    internal static readonly ReplyRow[] Rows =
    [
        new(200, 299, BodyShape.Json, null, ReplyKind.Answered, "an answer"),
        new(200, 299, BodyShape.Any, null, ReplyKind.Unclear, "the answer is not JSON"),
        new(300, 399, BodyShape.Any, null, ReplyKind.Refused,
            "a redirect, which is not followed because the API key would go along; check the endpoint's address"),
        new(401, 401, BodyShape.Any, null, ReplyKind.Refused, "the API key is missing or wrong; check RUNPOD_API_KEY"),
        new(402, 402, BodyShape.Any, null, ReplyKind.Blocked, "the RunPod account is out of balance"),
        new(403, 403, BodyShape.Page, null, ReplyKind.Unclear, "a page from the edge"),
        new(403, 403, BodyShape.Any, null, ReplyKind.Blocked, "the API key has no right to use this endpoint"),
        new(404, 404, BodyShape.Json, "endpoint not found", ReplyKind.Refused, $"no such endpoint; {CheckEndpoint}"),
        new(404, 404, BodyShape.Json, "job", ReplyKind.JobMissing, "the job is not known"),
        new(404, 404, BodyShape.Json, null, ReplyKind.Refused, $"nothing serves jobs here; {CheckEndpoint}"),
        new(408, 408, BodyShape.Any, null, ReplyKind.Unclear, "RunPod waited too long for the request"),
        new(413, 413, BodyShape.Any, null, ReplyKind.Refused, "the request is too large"),
        new(429, 429, BodyShape.Any, null, ReplyKind.Throttled, "too many calls"),
        new(400, 499, BodyShape.Json, null, ReplyKind.Refused, "the request is not accepted"),
        new(400, 499, BodyShape.Any, null, ReplyKind.Unclear, "the answer is not RunPod's"),
        new(500, 599, BodyShape.Any, null, ReplyKind.Unclear, "RunPod or its edge is in trouble"),
    ];

    private static readonly ReplyRow Unheard =
        new(0, 999, BodyShape.Any, null, ReplyKind.Unclear, "an unheard-of status");

    public static (ReplyKind Kind, string Meaning) Classify(
        RunPodOperation operation, int code, BodyShape shape, ReplyFields fields)
    {
        // Some proxy may turn a 404 with a problem body into a 200; the body knows better.
        var isDisguised = code is >= 200 and < 300 && fields.StatusNumber is >= 300 and <= 599;
        var meant = isDisguised ? fields.StatusNumber!.Value : code;
        var row = Array.Find(Rows, row => row.Matches(meant, shape, fields.Explanation ?? "")) ?? Unheard;
        if (row.Kind == ReplyKind.JobMissing && !operation.NamesJob()) return (ReplyKind.Refused, row.Meaning);
        if (row.Kind == ReplyKind.Answered && Lacks(operation, fields) is { } lack)
            return (ReplyKind.Unclear, $"the answer has no {lack}");
        return (row.Kind, row.Meaning);
    }

    private static string? Lacks(RunPodOperation operation, ReplyFields fields) => operation switch
    {
        RunPodOperation.Run when string.IsNullOrWhiteSpace(fields.Id) => "job id",
        RunPodOperation.Status when fields.State is null => "job state",
        _ => null,
    };
}
