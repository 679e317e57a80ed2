using Microsoft.OpenApi;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Host.Http;
using static Serverless.Host.OpenApi.ApiSchemas;

namespace Serverless.Host.OpenApi;

/// <summary>The calls about runs.</summary>
internal static class RunCalls
{
    private const string Tag = "Runs";
    private static readonly string[] NdJson = ["application/json", "application/x-ndjson", "text/csv"];
    private static readonly string[] EventStream = ["text/event-stream"];

    private static readonly ApiParameter Queue = new(
        "queue", "Have its jobs wait in the queue when no pod is there; otherwise that is refused.", Flag);

    private static readonly ApiCall Results = new("GET /api/runs/{id}/results", Tag, "Take the ordered results")
    {
        Parameters =
        [
            new("format", "The form; Accept says it too. Default: json.", OneOf("json", "jsonl", "csv")),
            new("partial", "Give what is there while the run goes on. JSON only.", Flag),
            new("download", "Have browsers save it as a file.", Flag),
            new("offset", "The first line, from 0. Not for JSON.", WholeFrom(0, Limits.MaxFlashpoints)),
            new("limit", "How many lines. Not for JSON.", WholeFrom(1, Limits.MaxFlashpoints)),
        ],
        Answers =
        [
            new(200, "The results, streamed, with an ETag; JSON also in ranges.", Schema: ApiSchemas.Results) { ContentTypes = NdJson },
            new(206, "The range of them that was asked for.", Schema: ApiSchemas.Results),
            new(304, "They are what they were."),
        ],
        Problems = [Problem.InvalidRequest, Problem.NotFound, Problem.NotEnded, Problem.RangeNotSatisfiable],
    };

    public static IReadOnlyList<ApiCall> All { get; } =
    [
        new("POST /api/runs", Tag, "Start a run")
        {
            Details = "Answers before any work is done. "
                + "The same request again, by run_id, Idempotency-Key, or date and list, is the same run.",
            Parameters =
            [
                new("wait", "Seconds to wait for the end; then the answer is the report.", WholeFrom(0, HostLimits.MaxWaitSeconds)),
                Queue,
                new("Idempotency-Key", "Names the run when it has no run_id.", Text, ParameterLocation.Header),
            ],
            Body = new("The run. It is streamed to disk: up to 100 MiB.", ApiSchemas.NewRun),
            Answers =
            [
                new(202, "It was started, or goes on when the wait is over.", Schema: ApiSchemas.CheckStatus),
                new(200, "It was there already, with the same body as 202; or, with wait, its report.", typeof(RunSummary)),
            ],
            Problems =
            [
                Problem.InvalidRequest, Problem.InvalidJson, Problem.InvalidFlashpoints, Problem.Conflict, Problem.TooLarge,
                Problem.UnsupportedMediaType, Problem.TooManyRuns, Problem.RunFailed, Problem.SourceUnavailable, Problem.WorkerOffline,
                Problem.Unavailable,
            ],
        },
        new("GET /api/runs", Tag, "List runs, the newest first")
        {
            Parameters =
            [
                new("status", "One or more states, with commas between them.", Text),
                new("date", "Only runs for this day.", Day),
                new("q", "Only runs whose id or trigger contains this.", Text),
                new("limit", "Runs on the page. Default: 50.", WholeFrom(1, HostLimits.MaxPageSize)),
                new("after", "What \"after\" was on the page before.", Text),
            ],
            Answers = [new(200, "A page.", typeof(RunPage))],
            Problems = [Problem.InvalidRequest],
        },
        new("GET /api/runs/{id}", Tag, "Look at a run and its chunks")
        {
            Answers = [new(200, "The run.", typeof(RunDetail))],
            Problems = [Problem.NotFound],
        },
        new("DELETE /api/runs/{id}", Tag, "Forget an ended run and all that it stored")
        {
            Answers = [new(204, "It is gone.")],
            Problems = [Problem.NotFound, Problem.Conflict],
        },
        new("POST /api/runs/{id}/cancel", Tag, "End a run early and cancel its jobs")
        {
            Answers = [new(202, "It will end.", Schema: ApiSchemas.CheckStatus)],
            Problems = [Problem.NotFound, Problem.Conflict],
        },
        new("POST /api/runs/{id}/retry", Tag, "Run again what is null in an ended run's results")
        {
            Parameters = [Queue],
            Answers = [new(202, "It goes on.", Schema: ApiSchemas.CheckStatus)],
            Problems = [Problem.NotFound, Problem.Conflict, Problem.TooManyRuns, Problem.WorkerOffline, Problem.Unavailable],
        },
        Results,
        Results with { Route = "HEAD /api/runs/{id}/results", Summary = "Ask for the results' size and ETag" },
        new("GET /api/runs/{id}/flashpoints", Tag, "List a run's flashpoints with the beginnings of their results")
        {
            Parameters =
            [
                new("from", "The first one's place, from 0.", WholeFrom(0, Limits.MaxFlashpoints)),
                new("limit", "How many. Default: 50.", WholeFrom(1, HostLimits.MaxPageSize)),
                new("preview", "Bytes of each result. Default: 400.", WholeFrom(0, HostLimits.MaxPreviewBytes)),
                new("missing", "Only those without a result.", Flag),
                new("q", "Only those whose id or title contains this.", Text),
            ],
            Answers = [new(200, "A page.", typeof(FlashpointPage))],
            Problems = [Problem.InvalidRequest, Problem.NotFound],
        },
        new("GET /api/events", "Live", "Watch all runs")
        {
            Answers = [new(200, "First what is there, then what changes.", Schema: ApiSchemas.Events) { ContentTypes = EventStream }],
            Problems = [Problem.TooManyStreams, Problem.Unavailable],
        },
        new("GET /api/runs/{id}/events", "Live", "Watch a run")
        {
            Parameters = [new("Last-Event-ID", "Where the stream before ended; browsers send it.", Text, ParameterLocation.Header)],
            Answers =
            [
                new(200, "First what is there, then what changes.", Schema: ApiSchemas.Events) { ContentTypes = EventStream },
                new(204, "It has ended, and you have seen the end."),
            ],
            Problems = [Problem.NotFound, Problem.TooManyStreams, Problem.Unavailable],
        },
    ];
}
