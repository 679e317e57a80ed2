using Serverless.Core.Jobs;

namespace Serverless.Core.Runs;

/// <summary>All that a run is started with. Small: the flashpoints themselves lie in the result store.</summary>
public sealed record RunInput
{
    /// <summary>The run's id, which is also its instance's.</summary>
    public required string RunId { get; init; }

    /// <summary>The day the run is for, <c>yyyy-MM-dd</c>.</summary>
    public required string Date { get; init; }

    /// <summary>Who started it: <c>manual</c>, <c>timer</c>, or what a scheduler's call said.</summary>
    public required string Trigger { get; init; }

    /// <summary>Handed to the workers: whether they clean up after themselves.</summary>
    public bool Cleanup { get; init; } = true;

    /// <summary>Jobs at once; 1 to <see cref="Limits.MaxWorkers"/>.</summary>
    public required int Workers { get; init; }

    /// <summary>The address of the job backend, so that a run that goes on later finds its jobs.</summary>
    public required string Backend { get; init; }

    /// <summary>The kind of place that was asked for, for a retry; null: what the settings say.</summary>
    public BackendKind? BackendKind { get; init; }

    /// <summary>The last part of the run, in percent of its chunks, that does not go to pods; null: none. Only of a hybrid run.
    /// </summary>
    public int? TailOnDemand { get; init; }

    /// <summary>The index of the first chunk of that part; null before the plan, or when there is none.</summary>
    public int? TailFrom { get; init; }

    /// <summary>How many flashpoints the manifest has.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>SHA-256 of the manifest, in hex: tells the same list from another.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>Flashpoints per chunk; null means as many chunks as workers.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>Whether chunks are made even by count or by weight.</summary>
    public bool ByWeight { get; init; }

    /// <summary>Attempts per chunk, the first included. Default 3: MAX_RETRIES_PER_JOB 2.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The shortest wait between two looks at a job, in seconds. Default 3.</summary>
    public double PollSeconds { get; init; } = 3;

    /// <summary>How long a job may wait for a worker, in seconds, where the queue is our own; null: as RunPod's are kept.</summary>
    public double? QueueSeconds { get; init; }

    /// <summary>Time limits, for the job and for the worker.</summary>
    public RunTimeouts Timeouts { get; init; } = new();

    /// <summary>The GPU that the cost is reckoned with; null when only a price was given, or none.</summary>
    public string? Gpu { get; init; }

    /// <summary>Dollars for a second of a worker; null when no cost is reckoned.</summary>
    public decimal? PricePerSecond { get; init; }

    /// <summary>Dollars from which on no job is submitted any more; null: none. Each execution has its own.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>The share of flashpoints, in percent, above which the run is hopeless and ends; null: it never is.</summary>
    public int? MaxFailedPercent { get; init; }

    /// <summary>How many times slower than the median a chunk gets a second job; null: never.</summary>
    public double? Hedge { get; init; }

    /// <summary>The index of the first chunk that this execution plans: more than 0 for a retry of what was null, or for all of
    /// it again.</summary>
    public int FirstChunk { get; init; }

    /// <summary>1 for the run itself; more for a retry of what was null, or for all of it again.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>The generation that last ran all of it because somebody forced it to; null: none was forced.</summary>
    public int? ForcedGeneration { get; init; }

    /// <summary>The index of that generation's first chunk: what chunks before it stored does not count any more.</summary>
    public int Since { get; init; }

    /// <summary>Tells one wish to run all of it again from another: the same key again is the same wish.</summary>
    public string? ForceKey { get; init; }

    /// <summary>SHA-256 of what a caller asked for besides the list, in hex: tells the same request from another under the
    /// same id. Null when only the list counts.</summary>
    public string? RequestSha256 { get; init; }

    /// <summary>The W3C trace context of the call that started the run, so that one trace reaches from there to the
    /// results, restarts included. Null when nobody traced it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>True when the run sees to it itself that people are told of its end. Null in runs of before there were
    /// alerts.</summary>
    public bool? TellsEnd { get; init; }
}

/// <summary>Time limits in seconds, as the worker's handler sees them.</summary>
public sealed record RunTimeouts
{
    /// <summary>How long a worker may hold a job. Default 7200 (REQUEST_TIMEOUT).</summary>
    public int RequestS { get; init; } = 7200;

    /// <summary>GPU inference. Default 7200 (GPU_TIMEOUT).</summary>
    public int GpuS { get; init; } = 7200;

    /// <summary>Rendering a page. Default 3600 (RENDER_TIMEOUT_S).</summary>
    public int RenderS { get; init; } = 3600;

    /// <summary>Scraping a page. Default 3600 (SCRAPE_TIMEOUT_S).</summary>
    public int ScrapeS { get; init; } = 3600;

    /// <summary>Navigating to a page. Default 1800 (NAVIGATION_TIMEOUT_S).</summary>
    public int NavigationS { get; init; } = 1800;

    /// <summary>One call of the worker's model (MODEL_TIMEOUT_SECONDS). Null in runs of before it was handed over.</summary>
    public int? ModelS { get; init; }
}
