using Serverless.Core.Jobs;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Runs;

/// <summary>What can become of a run.</summary>
internal static class RunScenarios
{
    public static Dictionary<string, RunScenario> All { get; } = new()
    {
        ["plain"] = new()
        {
            Flashpoints = 7,
            Change = input => input with { ChunkSize = 2, Workers = 3 },
            Failed = 0,
            Chunks = 4,
        },
        ["answers that are null or errors"] = new()
        {
            Flashpoints = 4,
            Change = input => input with { ChunkSize = 4 },
            Script = _ => JobScript.Of(Look.Results("""{"id":"fp-0"},null,{"id":"fp-2","error":"no page"},{"id":"fp-3"}""")),
            Failed = 2,
            Chunks = 1,
        },
        ["retries"] = new()
        {
            Flashpoints = 3,
            Change = input => input with { Workers = 3 },
            Script = job => JobScript.Of(Look.Queued, Look.Running, job.Attempt <= job.Chunk ? Look.Failed("boom") : Look.Completed),
            Failed = 0,
            Chunks = 3,
        },
        ["retries that do not help"] = new()
        {
            Flashpoints = 4,
            Change = input => input with { Workers = 2, ChunkSize = 2, MaxAttempts = 2 },
            Script = job => job.Chunk == 0 ? JobScript.Of(Look.Failed("boom")) : new JobScript(),
            Failed = 2,
            Chunks = 2,
        },
        ["jobs that are refused or lost"] = new()
        {
            Flashpoints = 3,
            Change = input => input with { Workers = 3 },
            Script = job => job.Chunk switch
            {
                0 => JobScript.Refused(JobErrorKind.Permanent, "no such endpoint"),
                1 when job.Attempt < 3 => JobScript.Of(Look.Running, Look.Lost),
                2 when job.Repetition == 0 => JobScript.Refused(JobErrorKind.Transient, "busy"),
                _ => new JobScript(),
            },
            Failed = 1,
            Chunks = 3,
        },
        ["poison"] = new()
        {
            Flashpoints = 8,
            Change = input => input with { ChunkSize = null },
            Script = job => JobScript.Of(job.Ids.Contains("fp-5") ? Look.WorkerDied : Look.Completed),
            Failed = 1,
            Chunks = 1,
        },
        ["streams"] = new()
        {
            Flashpoints = 4,
            Change = input => input with { ChunkSize = 4 },
            Script = job => job.Attempt > 1 ? new JobScript() : JobScript.Of(Look.Running, Look.Running, Look.Failed("boom")) with
            {
                Drains = _ => [["""{"id":"fp-0","value":1}"""], ["""{"id":"fp-1","value":2}"""]],
            },
            Failed = 0,
            Chunks = 1,
        },
        ["cost"] = new()
        {
            Flashpoints = 6,
            Change = input => input with { PricePerSecond = 0.5m, MaxCost = 3, MaxAttempts = 1 },
            Failed = 4,
            Chunks = 6,
        },
        ["hopeless"] = new()
        {
            Flashpoints = 10,
            Change = input => input with { MaxFailedPercent = 20, MaxAttempts = 1 },
            Script = _ => JobScript.Of(Look.Failed("boom")),
            Failed = 10,
            Chunks = 10,
        },
        ["many"] = new()
        {
            Flashpoints = Core.Limits.MaxChunksPerGroup + 20,
            Change = input => input with { Workers = 200 },
            Script = job => job.Chunk == 510 ? JobScript.Of(Look.Failed("boom")) : new JobScript(),
            Failed = 1,
            Chunks = Core.Limits.MaxChunksPerGroup + 20,
        },
        ["retried by hand"] = new()
        {
            Flashpoints = 3,
            Change = input => input with { MaxAttempts = 1 },
            Script = job => job.Chunk == 1 ? JobScript.Of(Look.Failed("boom")) : new JobScript(),
            Afterwards = run => run.Control.RetryAsync(RunOnEngine.RunName, input => input, default),
            Failed = 0,
            Chunks = 4,
        },
        ["forced"] = new()
        {
            Flashpoints = 3,
            Script = job => job.Chunk == 1 ? JobScript.Of(Look.Failed("boom")) : new JobScript(),
            Change = input => input with { MaxAttempts = 1 },
            Afterwards = run => run.StartAsync(force: true),
            Failed = 0,
            Chunks = 3,
        },
        ["cancelled"] = new()
        {
            Flashpoints = 4,
            Script = job => job.Chunk == 0 ? new JobScript() : JobScript.Of(Look.Running),
            Meanwhile = async run =>
            {
                await RunOnEngine.UntilAsync(() => run.Backend.Checks.Contains("job-2"));
                (await run.Control.CancelAsync(RunOnEngine.RunName, default)).ShouldBeTrue();
            },
            Failed = 3,
            Chunks = 4,
        },
        ["woken by its webhook"] = new()
        {
            Flashpoints = 1,
            Change = input => input with { PollSeconds = 3_600 },
            Meanwhile = async run =>
            {
                await RunOnEngine.UntilAsync(() => run.Backend.Submissions.Count == 1);
                await run.ReportAsync(0, "job-1");
            },
            Failed = 0,
            Chunks = 1,
        },
        ["an answer that was lost"] = new()
        {
            Flashpoints = 1,
            Change = input => input with { PollSeconds = 3_600 },
            Script = _ => JobScript.AnswerLost(Look.Completed),
            Meanwhile = async run =>
            {
                // The first report says which job it is, the second that it has ended.
                await RunOnEngine.UntilAsync(() => run.Backend.Submissions.Count == 1);
                await run.ReportAsync(0, "job-1");
                await run.ReportAsync(0, "job-1");
            },
            Failed = 0,
            Chunks = 1,
        },
        ["a straggler"] = new()
        {
            // Two, so that no other chunk can be slow by chance. The quick one waits until the slow one was seen with its worker.
            Flashpoints = 2,
            Change = input => input with { Workers = 2, Hedge = 2 },
            ScriptOf = backend => job => job switch
            {
                { Chunk: 1, Attempt: 1 } => JobScript.Of(Look.Running),
                { Chunk: 1 } => new JobScript(),
                _ => JobScript.Of(quick => IsSeen(backend, chunk: 1) ? Look.Completed(quick) : Look.Running(quick)),
            },
            Failed = 0,
            Chunks = 2,
        },
    };

    private static bool IsSeen(ScriptedBackend backend, int chunk) =>
        backend.Submissions.Any(job => job.Chunk == chunk && backend.Checks.Contains(job.Id));
}
