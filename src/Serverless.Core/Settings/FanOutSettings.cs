using Microsoft.Extensions.Logging;
using Serverless.Core.Jobs;
using Serverless.Core.Pricing;

namespace Serverless.Core.Settings;

/// <summary>
/// Every setting, checked. Names, units and ranges as users write them are in <see cref="SettingDefinitions"/>.
/// </summary>
public sealed record FanOutSettings
{
    /// <summary>How many workers a run uses when <see cref="Workers"/> is not set.</summary>
    public const int DefaultWorkers = 4;

    /// <summary><c>RUNPOD_API_KEY</c>, secret. Needed as soon as <see cref="RunPodEndpoint"/> is not on this machine.
    /// Default: not set.</summary>
    public Secret? RunPodApiKey { get; init; }

    /// <summary><c>RUNPOD_ENDPOINT</c>: an endpoint's id, or an http or https URL, as written. Default: not set, which
    /// means the local emulator.</summary>
    public string? RunPodEndpoint { get; init; }

    /// <summary><c>BACKEND</c>: where the jobs of a run go that does not say so itself. Default: not set, which means in this
    /// process with one worker, else RunPod.</summary>
    public BackendKind? Backend { get; init; }

    /// <summary><c>RUNPOD_WORKERS</c>, 1 to 10,000. 1 means one after another in this process, without RunPod.
    /// Default: not set, which means <see cref="DefaultWorkers"/>.</summary>
    public int? Workers { get; init; }

    /// <summary><c>REQUEST_TIMEOUT</c>: how long one attempt of a chunk may take. 1 second to 7 days. Default: 7,200
    /// seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(7_200);

    /// <summary><c>GPU_TIMEOUT</c>, handed to the worker as <c>gpu_s</c>. 1 second to 7 days. Default: 7,200
    /// seconds.</summary>
    public TimeSpan GpuTimeout { get; init; } = TimeSpan.FromSeconds(7_200);

    /// <summary><c>RENDER_TIMEOUT_S</c>, handed to the worker as <c>render_s</c>. 1 second to 7 days. Default: 3,600
    /// seconds.</summary>
    public TimeSpan RenderTimeout { get; init; } = TimeSpan.FromSeconds(3_600);

    /// <summary><c>SCRAPE_TIMEOUT_S</c>, handed to the worker as <c>scrape_s</c>. 1 second to 7 days. Default: 3,600
    /// seconds.</summary>
    public TimeSpan ScrapeTimeout { get; init; } = TimeSpan.FromSeconds(3_600);

    /// <summary><c>NAVIGATION_TIMEOUT_S</c>, handed to the worker as <c>navigation_s</c>. 1 second to 7 days. Default:
    /// 1,800 seconds.</summary>
    public TimeSpan NavigationTimeout { get; init; } = TimeSpan.FromSeconds(1_800);

    /// <summary><c>MAX_RETRIES_PER_JOB</c>: how often a chunk is tried again after its first attempt. 0 to 20. Default:
    /// 2.</summary>
    public int MaxRetries { get; init; } = 2;

    /// <summary>How many attempts a chunk has in all: one more than <see cref="MaxRetries"/>.</summary>
    public int MaxAttempts => MaxRetries + 1;

    /// <summary><c>POLL_SECONDS</c>: the shortest time between two looks at a job. 1 millisecond to 5 minutes. Default:
    /// 3 seconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>LOG_LEVEL</c>: the least severe entry that is logged. Default: Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary><c>LOG_FORMAT</c>: what a line of the log of <c>fanout serve</c> looks like. Default: text.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary><c>DAILY_SCHEDULE</c>: a six-field NCRONTAB expression in <see cref="TimeZone"/>. Default: 02:00 every
    /// day.</summary>
    public string DailySchedule { get; init; } = "0 0 2 * * *";

    /// <summary><c>WEBSITE_TIME_ZONE</c>: the zone of <see cref="DailySchedule"/>. Default: UTC.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary><c>FLASHPOINT_SOURCE</c>, secret, since it may hold a password: the file path or URL that a timed run
    /// reads. Default: not set, which means no timed runs.</summary>
    public Secret? FlashpointSource { get; init; }

    /// <summary><c>FLASHPOINT_SOURCE_HEADERS</c>, secret: headers for a <see cref="FlashpointSource"/> that is a URL.
    /// Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> FlashpointSourceHeaders { get; init; } = [];

    /// <summary><c>FLASHPOINT_QUERY</c>: the query for a <see cref="FlashpointSource"/> that is a database. Set whenever
    /// that is. Default: not set.</summary>
    public string? FlashpointQuery { get; init; }

    /// <summary><c>SOURCE_ALLOW</c>: what the URLs begin with that callers of the HTTP API may have read. Default:
    /// none.</summary>
    public IReadOnlyList<Uri> SourceAllow { get; init; } = [];

    /// <summary><c>RESULT_STORE</c>: the folder, the <c>s3://bucket/prefix</c> or the <see cref="BlobAddress"/> that keeps
    /// manifests, checkpoints and results. Default: not set, which means <c>results</c> inside <see cref="StateFolder"/>, and on
    /// Azure Functions <see cref="BlobAddress.Default"/>.</summary>
    public string? ResultStore { get; init; }

    /// <summary><c>S3_ENDPOINT</c>: the server of a store that speaks S3. Default: not set, which means Amazon's.</summary>
    public Uri? S3Endpoint { get; init; }

    /// <summary><c>S3_REGION</c>: the region that requests are signed for. Default: us-east-1.</summary>
    public string S3Region { get; init; } = "us-east-1";

    /// <summary><c>S3_ACCESS_KEY_ID</c>, secret. Set together with <see cref="S3SecretAccessKey"/>. Default: not set, which means
    /// what the AWS SDK finds.</summary>
    public Secret? S3AccessKeyId { get; init; }

    /// <summary><c>S3_SECRET_ACCESS_KEY</c>, secret. Default: not set.</summary>
    public Secret? S3SecretAccessKey { get; init; }

    /// <summary><c>RESULT_REF_ALLOW</c>: what the URLs begin with under which a job's output may lie. Default: none but
    /// <see cref="ResultStore"/>, unless that is a folder.</summary>
    public IReadOnlyList<Uri> ResultRefAllow { get; init; } = [];

    /// <summary><c>API_KEY</c>, secret: one of these callers of the HTTP API must show (<see cref="ApiKeys"/>). Default: not set.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary><c>POD_KEYS</c>, secret: one of these agents in pods must show (<see cref="ApiKeys"/>). Default: not set.</summary>
    public Secret? PodKeys { get; init; }

    /// <summary><c>JOB_TIMEOUT_MINUTES</c>: how long a pod may be silent before what it holds is queued again. 6 seconds to a day.
    /// Default: 3 minutes.</summary>
    public TimeSpan JobTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary><c>MODEL_TIMEOUT_SECONDS</c>, handed to the worker as <c>model_s</c>: one call of its model. 1 second to a day, and
    /// never more than <see cref="JobTimeout"/>. Default: 180 seconds.</summary>
    public TimeSpan ModelTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary><c>LISTEN_URL</c>: where <c>fanout serve</c> listens. Default: this machine only, port 7071.</summary>
    public Uri ListenUrl { get; init; } = new("http://127.0.0.1:7071");

    /// <summary><c>MAX_LIVE_RUNS</c>: how many runs may go on at once before a new one is refused. 1 to 100,000. Default:
    /// 1,000.</summary>
    public int MaxLiveRuns { get; init; } = 1_000;

    /// <summary><c>MAX_REQUESTS_PER_SECOND</c>: how many HTTP requests one caller may send, with a burst of twice as many.
    /// 1 to 100,000. Default: 1,000.</summary>
    public int MaxRequestsPerSecond { get; init; } = 1_000;

    /// <summary><c>PUBLIC_URL</c>: where RunPod reaches this process with webhooks. Default: not set, which means
    /// polling only.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary><c>WORKER_COMMAND</c>: the program that handles jobs on this machine, job input on stdin, output on
    /// stdout. Never set together with <see cref="WorkerUrl"/>. Default: not set.</summary>
    public string? WorkerCommand { get; init; }

    /// <summary><c>WORKER_URL</c>: the handler over HTTP for jobs on this machine. Default: not set.</summary>
    public Uri? WorkerUrl { get; init; }

    /// <summary><c>GPU</c>: the GPU of the endpoint's workers, as a price table names it. Default: not set, which means that no
    /// cost is shown.</summary>
    public string? Gpu { get; init; }

    /// <summary><c>GPU_PRICES</c>: a file with prices in place of the built-in table. Default: not set.</summary>
    public string? GpuPrices { get; init; }

    /// <summary><c>GPU_PRICE_PER_SECOND</c>: dollars for a second of a worker, in place of a table's price. Above 0, up to 0.25.
    /// Default: not set.</summary>
    public decimal? GpuPricePerSecond { get; init; }

    /// <summary><c>INTERRUPTION_RISK</c>: a file with risks in place of the built-in table. Default: not set.</summary>
    public string? InterruptionRisk { get; init; }

    /// <summary>What <see cref="Gpu"/> and the others come to; null when no cost is to be shown. A head sets it, since it may
    /// have to read a file.</summary>
    public WorkerPrice? Price { get; init; }

    /// <summary>Who is told of what.</summary>
    public AlertSettings Alerts { get; init; } = new();

    /// <summary><c>COORDINATOR_URL</c>: where the agent takes its jobs from. Default: not set.</summary>
    public Uri? CoordinatorUrl { get; init; }

    /// <summary><c>COORDINATOR_KEY</c>, secret: the pod's key. Default: not set.</summary>
    public Secret? CoordinatorKey { get; init; }

    /// <summary><c>CHECKPOINT_STORE</c>: the folder, the <c>s3://bucket/prefix</c> or the place in Azure Blobs that keeps a training's
    /// checkpoints. Default: not set.</summary>
    public string? CheckpointStore { get; init; }

    /// <summary><c>AGENT_ALERT_URL</c>, secret: where the agent posts alerts. Default: not set.</summary>
    public Secret? AgentAlertUrl { get; init; }

    /// <summary><c>FANOUT_STATE</c>: the folder of the database and, unless <see cref="ResultStore"/> says otherwise,
    /// the results. Default: <c>.fanout</c>.</summary>
    public string StateFolder { get; init; } = ".fanout";
}
