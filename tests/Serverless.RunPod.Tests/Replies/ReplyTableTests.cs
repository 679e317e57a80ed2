using System.Net;
using System.Text;
using Serverless.RunPod.Replies;
using Serverless.TestKit;

namespace Serverless.RunPod.Tests.Replies;

/// <summary>What each documented or observed response means.</summary>
public sealed class ReplyTableTests
{
    private const string Json = "application/json";
    private const string Problem = "application/problem+json";
    private const string Html = "text/html; charset=UTF-8";
    private const string Plain = "text/plain; charset=utf-8";
    private const string Page = "<!DOCTYPE html><html><title>error</title></html>";

    [Theory]
    // answers
    [InlineData("Run", 200, Json, """{"id":"3b1e-u1","status":"IN_QUEUE"}""", "Answered")]
    [InlineData("Run", 201, Json, """{"id":"3b1e-u1","status":"IN_QUEUE"}""", "Answered")]
    [InlineData("Status", 200, Json, """{"id":"3b1e-u1","status":"IN_QUEUE"}""", "Answered")]
    [InlineData("Status", 200, Json, """{"id":"3b1e-u1","status":"FAILED","error":"job not found"}""", "Answered")]
    [InlineData("Status", 200, Json, """{"id":"3b1e-u1","status":"SOMETHING_NEW"}""", "Answered")]
    [InlineData("Status", 200, Plain, """{"id":"3b1e-u1","status":"COMPLETED","output":[]}""", "Answered")]
    [InlineData("Status", 200, null, """{"id":"3b1e-u1","status":"COMPLETED"}""", "Answered")]
    [InlineData("Cancel", 200, Json, """{"id":"3b1e-u1","status":"CANCELLED"}""", "Answered")]
    [InlineData("Health", 200, Json, """{"jobs":{"completed":31},"workers":{"idle":1}}""", "Answered")]
    [InlineData("PurgeQueue", 200, Json, """{"removed":2,"status":"completed"}""", "Answered")]
    // answers that are none
    [InlineData("Run", 200, Html, Page, "Unclear")]
    [InlineData("Run", 200, Json, "", "Unclear")]
    [InlineData("Run", 200, Json, """{"status":"IN_QUEUE"}""", "Unclear")]
    [InlineData("Run", 200, Json, """{"id":"","status":"IN_QUEUE"}""", "Unclear")]
    [InlineData("Run", 200, Json, """{"id":7,"status":"IN_QUEUE"}""", "Unclear")]
    [InlineData("Run", 200, Json, """{"id":"3b1e-u1","status":"IN_QU""", "Unclear")]
    [InlineData("Run", 204, null, "", "Unclear")]
    [InlineData("Status", 200, Json, """{"id":"3b1e-u1"}""", "Unclear")]
    [InlineData("Status", 200, Json, """{"error":"something odd"}""", "Unclear")]
    [InlineData("Status", 200, Json, """{"id":"3b1e-u1","status":200}""", "Unclear")]
    [InlineData("Status", 200, Json, """["COMPLETED"]""", "Unclear")]
    [InlineData("Status", 200, Json, """{"status":"COMPLETED"} trailing""", "Unclear")]
    [InlineData("Status", 200, Html, """{"status":"COMPLETED"}""", "Unclear")]
    // a number in status is the HTTP status of an error body, whatever the response's own
    [InlineData("Status", 200, Json, """{"status":404,"title":"Not Found","detail":"job not found"}""", "JobMissing")]
    [InlineData("Run", 200, Json, """{"status":404,"title":"Not Found","detail":"endpoint not found"}""", "Refused")]
    [InlineData("Status", 200, Json, """{"status":500,"title":"Internal Server Error"}""", "Unclear")]
    // not found
    [InlineData("Status", 404, Problem,
        """{"status":404,"title":"Not Found","detail":"job not found"}""", "JobMissing")]
    [InlineData("Status", 404, Json, """{"error":"job not found"}""", "JobMissing")]
    [InlineData("Status", 404, Json, """{"error":"Job does not exist"}""", "JobMissing")]
    [InlineData("Cancel", 404, Json, """{"status":404,"title":"Not Found","detail":"job not found"}""", "JobMissing")]
    [InlineData("Stream", 404, Json, """{"status":404,"title":"Not Found","detail":"job not found"}""", "JobMissing")]
    [InlineData("Run", 404, Json, """{"status":404,"title":"Not Found","detail":"job not found"}""", "Refused")]
    [InlineData("Status", 404, Json, """{"status":404,"title":"Not Found","detail":"endpoint not found"}""", "Refused")]
    [InlineData("Run", 404, Json, """{"detail":"endpoint not found"}""", "Refused")]
    [InlineData("Run", 404, Json, """{"message":"Not Found"}""", "Refused")]
    [InlineData("Status", 404, Json, """{"message":"Not Found"}""", "Refused")]
    [InlineData("Status", 404, Html, Page, "Unclear")]
    [InlineData("Status", 404, null, "", "Unclear")]
    // refusals
    [InlineData("Run", 400, Problem,
        """{"status":400,"title":"Bad Request","detail":"bad request: body: exceeded max body size of 10MiB"}""",
        "Refused")]
    [InlineData("Status", 400, Json, """{"error":"wait is invalid; must be between 1000 and 300000"}""", "Refused")]
    [InlineData("Status", 400, Html, Page, "Unclear")]
    [InlineData("Run", 401, null, "", "Refused")]
    [InlineData("Run", 401, Plain, "Unauthorized", "Refused")]
    [InlineData("Status", 401, Json, """{"error":"unauthorized"}""", "Refused")]
    [InlineData("Status", 401, Html, Page, "Refused")]
    [InlineData("Run", 402, Json, """{"error":"insufficient balance"}""", "Blocked")]
    [InlineData("Run", 402, null, "", "Blocked")]
    [InlineData("Run", 403, Json, """{"error":"forbidden"}""", "Blocked")]
    [InlineData("Run", 403, null, "", "Blocked")]
    [InlineData("Status", 403, Html, Page, "Unclear")]
    [InlineData("Run", 405, Json, """{"error":"method not allowed"}""", "Refused")]
    [InlineData("Run", 413, Html, Page, "Refused")]
    [InlineData("Cancel", 409, Json, """{"error":"job has ended"}""", "Refused")]
    [InlineData("Status", 301, Html, Page, "Refused")]
    [InlineData("Run", 307, null, "", "Refused")]
    // too much, and trouble
    [InlineData("Run", 429, Json, """{"error":"too many requests"}""", "Throttled")]
    [InlineData("Status", 429, Html, Page, "Throttled")]
    [InlineData("Cancel", 429, null, "", "Throttled")]
    [InlineData("Run", 408, null, "", "Unclear")]
    [InlineData("Run", 500, Json,
        """{"status":500,"title":"Internal Server Error","detail":"worker may have crashed"}""", "Unclear")]
    [InlineData("Run", 502, Html, Page, "Unclear")]
    [InlineData("Status", 503, Json, """{"error":"unavailable"}""", "Unclear")]
    [InlineData("Status", 504, Html, Page, "Unclear")]
    [InlineData("Status", 520, Html, Page, "Unclear")]
    [InlineData("Run", 524, Html, Page, "Unclear")]
    [InlineData("Health", 502, Plain, "error code: 502", "Unclear")]
    [InlineData("Status", 700, Json, "{}", "Unclear")]
    public async Task Read_Response_MeansWhatTheTableSays(
        string operation, int code, string? contentType, string body, string expected)
    {
        var reply = await ReadAsync(Enum.Parse<RunPodOperation>(operation), code, contentType, body);

        reply.Kind.ShouldBe(Enum.Parse<ReplyKind>(expected));
        reply.StatusCode.ShouldBe(code);
        reply.Text.ShouldStartWith($"RunPod endpoint ep7x2, {reply.Operation.Name()}: answered {code}: ");
    }

    [Theory]
    [InlineData(401, """{"error":"no"}""", "check RUNPOD_API_KEY (RunPod says: no)")]
    [InlineData(402, "", "the RunPod account is out of balance")]
    [InlineData(403, "", "no right to use this endpoint")]
    [InlineData(404, """{"detail":"endpoint not found"}""",
        "check the endpoint id, and that the API key belongs to the same account")]
    [InlineData(400, """{"title":"Bad Request","detail":"body: too big"}""", "(RunPod says: body: too big)")]
    [InlineData(400, """{"error":{"code":7}}""", """(RunPod says: {"code":7})""")]
    public async Task Read_Refusal_SaysWhatToDo(int code, string body, string expected) =>
        (await ReadAsync(RunPodOperation.Status, code, Json, body)).Text.ShouldContain(expected);

    [Theory]
    [InlineData("Run", "Unclear", false)]
    [InlineData("Stream", "Unclear", false)]
    [InlineData("Status", "Unclear", true)]
    [InlineData("Cancel", "Unclear", true)]
    [InlineData("Health", "Unclear", true)]
    [InlineData("Run", "Throttled", true)]
    [InlineData("Run", "NotSent", true)]
    [InlineData("Status", "Refused", false)]
    [InlineData("Status", "JobMissing", false)]
    [InlineData("Status", "Answered", false)]
    public void IsWorthRepeating_Reply_OnlyWhereNothingCanHappenTwice(string operation, string kind, bool expected)
    {
        var reply = new Reply
        {
            Operation = Enum.Parse<RunPodOperation>(operation),
            Kind = Enum.Parse<ReplyKind>(kind),
            Text = "",
        };

        reply.IsWorthRepeating.ShouldBe(expected);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", null)]
    [InlineData("3600", 60)]
    [InlineData("Wed, 01 Jan 2025 00:00:09 GMT", 9)]
    [InlineData("Tue, 31 Dec 2024 00:00:00 GMT", null)]
    [InlineData("soon", null)]
    public async Task Read_RetryAfter_IsKeptWithinItsLimit(string header, int? expectedSeconds)
    {
        var reply = await ReadAsync(RunPodOperation.Status, 503, Json, "{}", ("Retry-After", header));

        reply.RetryAfter.ShouldBe(expectedSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Fact]
    public async Task Read_RetryAfterDate_IsMeasuredByTheServersClock()
    {
        var reply = await ReadAsync(
            RunPodOperation.Status, 429, Json, "{}",
            ("Retry-After", "Sat, 01 Jan 2028 00:00:05 GMT"), ("Date", "Sat, 01 Jan 2028 00:00:00 GMT"));

        reply.RetryAfter.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("rpa_PLANTED")]
    [InlineData("Bearer rpa_PLANTED")]
    public async Task Read_KeyInTheExplanation_IsBlotted(string authorization)
    {
        using var request = new HttpRequestMessage();
        request.Headers.Add("Authorization", authorization);
        using var response = new HttpResponseMessage(HttpStatusCode.BadRequest) { RequestMessage = request };
        response.Content = new StringContent("""{"error":"what is rpa_PLANTED?"}""");

        var reply = await new ReplyReader("ep7x2", new RunPodOptions(), new ManualClock())
            .ReadAsync(RunPodOperation.Run, response, CancellationToken.None);

        reply.Text.ShouldEndWith("(RunPod says: what is ***?)");
    }

    private static async Task<Reply> ReadAsync(
        RunPodOperation operation,
        int code,
        string? contentType,
        string body,
        params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)code);
        response.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null) response.Content.Headers.Add("Content-Type", contentType);
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        var reader = new ReplyReader("ep7x2", new RunPodOptions(), new ManualClock());
        return await reader.ReadAsync(operation, response, CancellationToken.None);
    }
}
