using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Benchmarks.Runs;

namespace Serverless.Benchmarks.Soak;

/// <summary>The emulator as a program of its own, which survives the hosts that are killed.</summary>
internal sealed partial class SoakEndpoint : IDisposable
{
    private readonly FanOutCommand _process;
    private readonly HttpClient _http = new();

    private SoakEndpoint(FanOutCommand process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<SoakEndpoint> StartAsync(string folder, SoakPlan plan)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "faults.json"), plan.Faults());
        var process = new FanOutCommand(
            folder, new Dictionary<string, string>(),
            "emulator", "--port", "0", "--faults", "faults.json", "--seconds-per-flashpoint", "0.05",
            "--workers-max", plan.Workers.ToString(CultureInfo.InvariantCulture), "--cold-start", "0.5");
        return new SoakEndpoint(process, new Uri(EndpointPattern().Match(await process.ReadLineAsync()).Groups[1].Value));
    }

    /// <summary>What the emulator counts.</summary>
    public async Task<JsonElement> StatisticsAsync() =>
        JsonElement.Parse(await _http.GetStringAsync(new Uri(Url, "/emulator/statistics")));

    /// <summary>Every job that it took, in order.</summary>
    public async Task<IReadOnlyList<SoakJob>> JobsAsync()
    {
        var page = JsonElement.Parse(await _http.GetStringAsync(new Uri(Url, "/emulator/submissions")));
        return [.. page.GetProperty("jobs").EnumerateArray().Select(SoakJob.Of)];
    }

    public void Dispose()
    {
        _process.Dispose();
        _http.Dispose();
    }

    [GeneratedRegex(@"RUNPOD_ENDPOINT=(\S+)")]
    private static partial Regex EndpointPattern();
}

/// <summary>A job that the emulator took.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Chunk">The chunk that it is for.</param>
/// <param name="Attempt">The attempt that it is for.</param>
/// <param name="Status">Its state; null when it is gone.</param>
/// <param name="WorkerId">Who holds or held it.</param>
/// <param name="AnswerLost">Whether a fault kept its id from the host.</param>
internal sealed record SoakJob(string Id, int Chunk, int Attempt, string? Status, string? WorkerId, bool AnswerLost)
{
    public bool IsOpen => Status is "IN_QUEUE" or "IN_PROGRESS";

    /// <summary>Nobody works on it and nobody pays for it: a late progress update took its end back.</summary>
    public bool IsPhantom => Status is "IN_PROGRESS" && WorkerId is null;

    public static SoakJob Of(JsonElement job)
    {
        var parts = job.GetProperty("attempt_id").GetString()!.Split(':');
        return new SoakJob(
            job.GetProperty("job_id").GetString()!,
            int.Parse(parts[^2], CultureInfo.InvariantCulture),
            int.Parse(parts[^1], CultureInfo.InvariantCulture),
            job.GetProperty("status").GetString(),
            job.GetProperty("worker_id").GetString(),
            job.GetProperty("answer_lost").GetBoolean());
    }
}
