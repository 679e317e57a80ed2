using Serverless.Core.Jobs;
using Serverless.Core.Results;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Every row of the jobs' table on docs/runpod.md: what follows for a chunk of two flashpoints with two attempts. That the
/// gateway sees what is in the rows is in its own tests.</summary>
public sealed class FailureTableTests
{
    private const string Poisonous = "fp-1";

    /// <summary>What is seen of a job, by the row's first cell.</summary>
    private static readonly Dictionary<string, Func<ScriptedJob, JobSnapshot>> Seen = new()
    {
        ["IN_QUEUE"] = Look.Queued,
        ["IN_PROGRESS, RUNNING, any unknown state"] = Look.Running,
        ["COMPLETED with a usable output"] = Look.Results("""null,{"id":"fp-1","error":"no text"}"""),
        ["COMPLETED, some flashpoints left out"] = job =>
            job.Attempt == 1 ? Look.Results("""{"id":"fp-0"}""")(job) : Look.Output(null)(job),
        ["COMPLETED without a usable output"] = Look.Output(null),
        ["COMPLETED with a reference that cannot be had now"] =
            Look.Output($$"""{"ref":"https://example.org/a","bytes":1,"sha256":"{{new string('0', 64)}}"}"""),
        ["FAILED by the handler"] = Failed(JobState.Failed, JobFault.Handler),
        ["FAILED without a word, \"job timed out after …\", \"worker exited …\", exit code 13x"] =
            Failed(JobState.Failed, JobFault.Worker),
        ["FAILED \"executionTimeout exceeded\", TIMED_OUT"] = Failed(JobState.TimedOut, JobFault.TimeLimit),
        ["TIMED_OUT with a worker"] = Failed(JobState.TimedOut, JobFault.Worker),
        ["CANCELLED"] = Look.Cancelled,
        ["not known any more"] = Look.Lost,
    };

    public static TheoryData<string> Rows => [.. FailureTable.Jobs.Select(row => row.What)];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Chunk_WhoseJobIsSeenSo_GoesOnAsTheRowSays(string what)
    {
        var row = FailureTable.Jobs.Single(row => row.What == what);
        return row.Verdict switch
        {
            "–" when row.What.StartsWith("COMPLETED", StringComparison.Ordinal) => CheckFinalAsync(Seen[what]),
            "–" => CheckGoesOnAsync(Seen[what]),
            "transient" when row.Next.StartsWith("the same job is asked again", StringComparison.Ordinal) =>
                CheckAskedAgainAsync(Seen[what]),
            "transient" => CheckTriedAgainAsync(Seen[what]),
            "poison" => CheckHalvedAsync(Seen[what]),
            "lost" => CheckUsesUpNothingAsync(Seen[what]),
            _ => throw new InvalidOperationException($"The page has a class that nobody knows: {row.Class}"),
        };
    }

    private static async Task CheckFinalAsync(Func<ScriptedJob, JobSnapshot> look)
    {
        await using var run = new RunHarness(_ => JobScript.Of(look));

        (await RunAsync(run)).Failed.ShouldBe(2);

        run.Backend.Submissions.Count.ShouldBe(1);
    }

    /// <summary>It is looked at until it ends, and cancelled when it never does.</summary>
    private static async Task CheckGoesOnAsync(Func<ScriptedJob, JobSnapshot> look)
    {
        await using var ending = new RunHarness(_ => JobScript.Of(look, look, look, Look.Completed));
        (await RunAsync(ending)).Ok.ShouldBeTrue();
        ending.Backend.Submissions.Count.ShouldBe(1);
        ending.Backend.Checks.Count.ShouldBe(4);

        await using var endless = new RunHarness(_ => JobScript.Of(look));
        (await RunAsync(endless)).Failed.ShouldBe(2);
        endless.Backend.Cancels.ShouldBe(["job-1", "job-2"]);
    }

    /// <summary>The next attempt takes what is missing, and there are no more of them than are allowed.</summary>
    private static async Task CheckTriedAgainAsync(Func<ScriptedJob, JobSnapshot> look)
    {
        await using var run = new RunHarness(_ => JobScript.Of(look));

        await RunAsync(run);

        run.Backend.Submissions.Count.ShouldBe(2);
        string[] answered = [.. run.Results.Index().Where(entry => entry.Item != "null").Select(entry => $"fp-{entry.Index}")];
        run.Backend.Submissions[1].Ids.ShouldBe(run.Backend.Submissions[0].Ids.Except(answered));
        run.Failures.Count.ShouldBeGreaterThan(0);
    }

    private static async Task CheckAskedAgainAsync(Func<ScriptedJob, JobSnapshot> look)
    {
        await using var run = new RunHarness(_ => JobScript.Of(look, look, Look.Completed)) { References = new NeverThere() };

        (await RunAsync(run)).Ok.ShouldBeTrue();

        run.Backend.Submissions.Count.ShouldBe(1);
        run.Backend.Checks.Count.ShouldBe(3);
    }

    private static async Task CheckHalvedAsync(Func<ScriptedJob, JobSnapshot> look)
    {
        await using var run = new RunHarness(job => JobScript.Of(job.Ids.Contains(Poisonous) ? look : Look.Completed));

        (await RunAsync(run)).Failed.ShouldBe(1);

        run.Failures.Keys.ShouldBe([Poisonous]);
        run.Failures[Poisonous].ShouldStartWith("poison: ");
        run.Backend.Submissions.Take(3).Select(job => job.Ids.Count).ShouldBe([2, 2, 1]);

        await using var lucky = new RunHarness(job => JobScript.Of(job.Attempt == 1 ? look : Look.Completed));
        (await RunAsync(lucky)).Ok.ShouldBeTrue();
        lucky.Backend.Submissions.Select(job => job.Ids.Count).ShouldBe([2, 2]);
    }

    private static async Task CheckUsesUpNothingAsync(Func<ScriptedJob, JobSnapshot> look)
    {
        await using var run = new RunHarness(job => JobScript.Of(job.Attempt <= 5 ? look : Look.Completed));

        (await RunAsync(run)).Ok.ShouldBeTrue();

        run.Backend.Submissions.Count.ShouldBe(6);
    }

    private static Task<Core.Runs.RunSummary> RunAsync(RunHarness run) =>
        run.RunAsync(2, input => input with { ChunkSize = 2, MaxAttempts = 2 });

    private static Func<ScriptedJob, JobSnapshot> Failed(JobState state, JobFault fault) =>
        _ => new JobSnapshot { State = state, Fault = fault, Error = "why" };

    private sealed class NeverThere : IReferenceReader
    {
        public Task<Stream> OpenAsync(Uri reference, CancellationToken cancellationToken) =>
            throw new ReferenceUnavailableException("the store is down");
    }
}
