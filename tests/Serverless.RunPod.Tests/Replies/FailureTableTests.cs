using Microsoft.AspNetCore.Http;
using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.RunPod.Tests.Replies;

/// <summary>Every row of the tables on docs/runpod.md, sent through the real gateway. What follows for a chunk is in Core's tests.
/// </summary>
public sealed class FailureTableTests
{
    /// <summary>An answer for each row of the page, by the row's first cell.</summary>
    private static readonly Dictionary<string, RequestDelegate[]> Http = new()
    {
        ["2xx with JSON"] =
            [Answers.Json("""{"id":"j1","status":"IN_QUEUE"}"""), Answers.Json("""{"id":"j1","status":"COMPLETED"}""", 201)],
        ["2xx with anything else"] = [Answers.Html(200), Answers.Json(""), Answers.Text("OK", "text/plain", 200)],
        ["3xx"] = [Answers.RedirectTo(new Uri("https://example.org/")), Answers.Html(301)],
        ["401"] = [Answers.Json("""{"error":"unauthorized"}""", 401), Answers.Html(401)],
        ["402"] = [Answers.Json("""{"error":"insufficient balance"}""", 402), Answers.Text("", "text/plain", 402)],
        ["403 with a page"] = [Answers.Html(403)],
        ["403"] = [Answers.Json("""{"error":"forbidden"}""", 403)],
        ["404, \"endpoint not found\""] = [Answers.Json("""{"detail":"endpoint not found"}""", 404)],
        ["404, with \"job\""] = [Answers.Json(Answers.JobNotFound, 404), Answers.Json("""{"error":"Job does not exist"}""", 404)],
        ["404 else, with JSON"] = [Answers.Json("""{"message":"Not Found"}""", 404)],
        ["408"] = [Answers.Json("{}", 408), Answers.Html(408)],
        ["413"] = [Answers.Html(413), Answers.Json("{}", 413)],
        ["429"] = [Answers.Json("""{"error":"too many requests"}""", 429), Answers.Html(429)],
        ["other 4xx with JSON"] = [Answers.Json("""{"error":"bad request"}""", 400), Answers.Json("""{"error":"no"}""", 422)],
        ["other 4xx"] = [Answers.Html(404), Answers.Html(400), Answers.Text("", "text/plain", 418)],
        ["5xx"] = [Answers.Json("""{"error":"oops"}""", 500), Answers.Html(502), Answers.Html(503), Answers.Html(524)],
        ["no connection"] = [],
        ["no answer in 30 s, or broken off"] = [Answers.Reset(), Answers.Truncated(Answers.Taken)],
    };

    /// <summary>A view of a job for each row of the page.</summary>
    private static readonly Dictionary<string, string[]> Jobs = new()
    {
        ["IN_QUEUE"] = ["\"IN_QUEUE\""],
        ["IN_PROGRESS, RUNNING, any unknown state"] = ["\"IN_PROGRESS\"", "\"RUNNING\"", "\"PAUSED\""],
        ["COMPLETED with a usable output"] = ["\"COMPLETED\",\"output\":[1]"],
        ["COMPLETED, some flashpoints left out"] = ["\"COMPLETED\",\"output\":[]"],
        ["COMPLETED without a usable output"] = ["\"COMPLETED\""],
        ["COMPLETED with a reference that cannot be had now"] = ["\"COMPLETED\",\"output\":{\"ref\":\"https://example.org/a\"}"],
        ["FAILED by the handler"] = ["\"FAILED\",\"error\":\"CUDA out of memory\"", "\"FAILED\",\"error\":{\"code\":7}"],
        ["FAILED without a word, \"job timed out after …\", \"worker exited …\", exit code 13x"] =
        [
            "\"FAILED\"", "\"FAILED\",\"error\":\" \"", "\"FAILED\",\"error\":\"job timed out after 1 retries\"",
            "\"FAILED\",\"error\":\"Worker exited with exit code 1\"", "\"FAILED\",\"error\":\"ended with exit code 137\"",
        ],
        ["FAILED \"executionTimeout exceeded\", TIMED_OUT"] =
            ["\"FAILED\",\"error\":\"executionTimeout exceeded\"", "\"TIMED_OUT\"",
                "\"TIMED_OUT\",\"workerId\":\"w\",\"error\":\"executionTimeout exceeded\""],
        ["TIMED_OUT with a worker"] = ["\"TIMED_OUT\",\"workerId\":\"w\""],
        ["CANCELLED"] = ["\"CANCELLED\""],
        ["not known any more"] = [],
    };

    public static TheoryData<string> HttpRows => [.. FailureTable.Http.Select(row => row.What)];

    public static TheoryData<string> JobRows => [.. FailureTable.Jobs.Select(row => row.What)];

    [Fact]
    public void Tables_OfThePage_HaveTheRowsThatAreTried()
    {
        FailureTable.Http.Select(row => row.What).ShouldBe(Http.Keys, ignoreOrder: true);
        FailureTable.Jobs.Select(row => row.What).ShouldBe(Jobs.Keys, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(HttpRows))]
    public async Task Call_AnsweredAsInTheRow_IsOfItsClass(string what)
    {
        var row = FailureTable.Http.Single(row => row.What == what);
        if (what == "no connection") await CheckUnreachableAsync(row);
        if (what.StartsWith("no answer", StringComparison.Ordinal)) await CheckSilenceAsync(row);
        foreach (var answer in Http[what])
        {
            await CheckLookAsync(row, answer);
            await CheckSubmissionAsync(row, answer);
        }
    }

    [Theory]
    [MemberData(nameof(JobRows))]
    public async Task Job_SeenAsInTheRow_IsOfItsClass(string what)
    {
        var row = FailureTable.Jobs.Single(row => row.What == what);
        foreach (var view in Jobs[what])
            (await VerdictAsync(Answers.Json($$"""{"id":"j1","status":{{view}}}"""))).ShouldBe(Judged(row), view);
        if (what == "not known any more") (await VerdictAsync(Answers.Json(Answers.JobNotFound, 404))).ShouldBe(JobVerdict.Lost);
    }

    private static JobVerdict Judged(FailureRow row) => row.Verdict switch
    {
        // Whether an output is usable is not for the gateway to say.
        _ when row.What.StartsWith("COMPLETED", StringComparison.Ordinal) => JobVerdict.None,
        "–" => JobVerdict.None,
        "transient" => JobVerdict.Transient,
        "poison" => JobVerdict.Poison,
        "lost" => JobVerdict.Lost,
        _ => throw new InvalidOperationException($"The page has a class that nobody knows: {row.Class}"),
    };

    private static async Task<JobVerdict> VerdictAsync(RequestDelegate answer)
    {
        await using var gateway = await Gateway.StartAsync(answer);
        var snapshot = await gateway.CheckAsync();
        return JobVerdicts.Of(snapshot.State, snapshot.Fault);
    }

    private static async Task CheckLookAsync(FailureRow row, RequestDelegate answer)
    {
        await using var gateway = await Gateway.StartAsync(answer);
        var look = gateway.CheckAsync();
        await gateway.Clock.DriveAsync(look);
        if (row.Verdict is "–") (await look).State.ShouldBeOneOf(JobState.Queued, JobState.Completed);
        else if (row.Verdict is "lost") (await look).State.ShouldBe(JobState.Lost);
        else (await Should.ThrowAsync<JobBackendException>(look)).Kind.ShouldBe(KindOf(row));

        // Passing trouble is asked about again; all else is said once.
        (gateway.Server.Requests.Count > 1).ShouldBe(row.Verdict is "transient");
    }

    private static async Task CheckSubmissionAsync(FailureRow row, RequestDelegate answer)
    {
        await using var gateway = await Gateway.StartAsync(answer);
        var submission = gateway.SubmitAsync();
        await gateway.Clock.DriveAsync(submission);
        var mayHaveBeenTaken = row.What == "5xx" || row.Next.StartsWith("as for 5xx", StringComparison.Ordinal);
        if (row.Verdict is "–")
        {
            (await submission).Value.ShouldBe("j1");
            return;
        }

        // No submission names a job, so that an answer about one is just a refusal.
        var expected = mayHaveBeenTaken ? JobErrorKind.Ambiguous : row.Verdict is "lost" ? JobErrorKind.Permanent : KindOf(row);
        (await Should.ThrowAsync<JobBackendException>(submission)).Kind.ShouldBe(expected);
        (gateway.Server.Requests.Count > 1).ShouldBe(expected == JobErrorKind.Transient);
    }

    private static async Task CheckUnreachableAsync(FailureRow row)
    {
        var clock = new ManualClock();
        var api = new StubApi(() => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        using var backend = new RunPodJobBackend(
            RunPodEndpoint.Parse("https://example.org/v2/ep7x2"), api, new RunPodOptions(), clock, new Random(1),
            new RecordedLog<RunPodJobBackend>());

        (await clock.FailureAsync(backend.SubmitAsync(Requests.Small(), default))).Kind.ShouldBe(KindOf(row));
        api.Calls.ShouldBeGreaterThan(1);
    }

    private static async Task CheckSilenceAsync(FailureRow row)
    {
        await using var gateway = await Gateway.StartAsync(new RunPodOptions { MaxRetries = 0 }, Answers.Silence());
        (await FailureAsync(gateway.CheckAsync())).ShouldBe(KindOf(row));
        (await FailureAsync(gateway.SubmitAsync())).ShouldBe(JobErrorKind.Ambiguous);

        async Task<JobErrorKind> FailureAsync(Task call)
        {
            await gateway.Server.WhenReceivedAsync();
            gateway.Clock.Advance(TimeSpan.FromSeconds(30));
            return (await Should.ThrowAsync<JobBackendException>(call)).Kind;
        }
    }

    private static JobErrorKind KindOf(FailureRow row) => row.Verdict switch
    {
        "transient" => JobErrorKind.Transient,
        "permanent" => JobErrorKind.Permanent,
        "blocked" => JobErrorKind.Blocked,
        _ => throw new InvalidOperationException($"The page has a class that nobody knows: {row.Class}"),
    };
}
