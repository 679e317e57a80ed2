using Serverless.Core.Alerts;
using Serverless.Core.Runs;
using Serverless.Host.Http;
using Serverless.Host.Schedule;

namespace Serverless.Host.OpenApi;

/// <summary>The calls about the service itself: the timer, webhooks, health.</summary>
internal static class ServiceCalls
{
    private const string Health = "Health";
    private const string Timer = "Daily timer";

    public static IReadOnlyList<ApiCall> All { get; } =
    [
        new("GET /api/schedule", Timer, "Look at the daily timer: last run, next run, result")
        {
            Answers = [new(200, "The timer.", typeof(ScheduleView))],
        },
        new("POST /api/schedule/run", Timer, "Start today's run now")
        {
            Answers =
            [
                new(202, "It was started.", typeof(DailyStart)),
                new(200, "It was there already.", typeof(DailyStart)),
            ],
            Problems = [Problem.Conflict, Problem.SourceUnavailable, Problem.InvalidFlashpoints, Problem.Unavailable],
        },
        new("POST /api/runpod/webhook/{token}", "Webhook", "Report that a job has ended")
        {
            Details = "For RunPod. The token in the path stands for one attempt and opens nothing else; nothing in the body is believed.",
            Body = new("RunPod's report, in whatever form.", IsRequired: false),
            Answers = [new(200, "It was taken, or was known.")],
            Problems = [Problem.NotFound],
            IsOpen = true,
        },
        new("GET /api/health", Health, "Ask whether the service and the place where jobs run are well")
        {
            Answers =
            [
                new(200, "All is well.", typeof(HealthStatus)),
                new(503, "Something is not; the reason says what.", typeof(HealthStatus)),
            ],
            IsOpen = true,
        },
        new("GET /ready", Health, "Ask whether runs can be stored")
        {
            Answers = [new(200, "They can.", typeof(HealthStatus)), new(503, "They cannot.", typeof(HealthStatus))],
            IsOpen = true,
        },
        new("GET /alive", Health, "Ask whether the process answers")
        {
            Answers = [new(200, "It does.")],
            IsOpen = true,
        },
        new("GET /api/jobs", Health, "List the jobs that were submitted and have not been seen to end")
        {
            Parameters = [new("run", "Only those of this run.", ApiSchemas.Text)],
            Answers = [new(200, "The jobs, the oldest first.", typeof(IReadOnlyList<OpenJob>))],
            Problems = [Problem.NotFound],
        },
        new("POST /api/jobs/cancel", Health, "Cancel those of them that nobody watches")
        {
            Details = "It is tried until RunPod confirms it. Jobs of runs that go on are left to them.",
            Parameters = [new("run", "Only those of this run.", ApiSchemas.Text)],
            Answers = [new(202, "What is still open.", typeof(IReadOnlyList<OpenJob>))],
            Problems = [Problem.NotFound],
        },
        new("GET /api/alerts", Health, "Look at what people were told last, and whether each channel has taken it")
        {
            Answers = [new(200, "The newest first, 50 at most.", typeof(AlertPage))],
        },
        new("GET /api/endpoints", Health, "Look at queue and workers of the places where jobs run")
        {
            Answers = [new(200, "Where new runs go first, then those of runs that go on.", typeof(EndpointList))],
        },
    ];
}
