using System.Text.Json;
using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Http;

/// <summary>What the cloud does not show: what has happened so far, for those who start the emulator as a program.</summary>
internal sealed class StatisticsPage(EmulatorParts parts, JobEndpoint endpoint)
{
    private readonly ApiKeyCheck _keys = new(parts.Options.ApiKey);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/emulator/statistics", context => AnswerAsync(context, WriteCounts));
        routes.MapGet("/emulator/submissions", context => AnswerAsync(context, WriteSubmissions));
    }

    private Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> write) =>
        parts.Options.ApiKey is null || _keys.Admits(context.Request.Headers.Authorization)
            ? JsonAnswer.WriteAsync(context, write)
            : JsonAnswer.WriteUnauthorizedAsync(context);

    private void WriteCounts(Utf8JsonWriter json)
    {
        var statistics = parts.Statistics;
        var health = endpoint.Health();
        json.WriteNumber("jobs_submitted", statistics.JobsSubmitted);
        json.WriteNumber("jobs_open", health.InProgress + health.InQueue);
        json.WriteNumber("executions", statistics.Executions);
        json.WriteNumber("running", statistics.Running);
        json.WriteNumber("max_running", statistics.MaxRunning);
        json.WriteNumber("limits_exceeded", statistics.LimitsExceeded);
        json.WriteNumber("connections", statistics.Connections);
        json.WriteNumber("webhooks_tried", statistics.WebhooksTried);
        json.WriteNumber("webhooks_taken", statistics.WebhooksTaken);
        WriteCounts(json, "calls", statistics.CallsByOperation());
        WriteCounts(json, "faults", statistics.FaultsByKind());
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, long>> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts.OrderBy(one => one.Key, StringComparer.Ordinal)) json.WriteNumber(key, count);
        json.WriteEndObject();
    }

    private void WriteSubmissions(Utf8JsonWriter json)
    {
        json.WriteStartArray("jobs");
        foreach (var job in parts.Statistics.Submissions)
        {
            json.WriteStartObject();
            json.WriteString("job_id", job.JobId);
            json.WriteString("attempt_id", job.AttemptId);
            var view = endpoint.Look(job.JobId);
            json.WriteString("status", view?.Status.Name());
            json.WriteString("worker_id", view?.WorkerId);
            json.WriteBoolean("answer_lost", parts.Statistics.IsAnswerLost(job.JobId));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
