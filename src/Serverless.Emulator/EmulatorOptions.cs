using System.Net;
using Serverless.Emulator.Faults;

namespace Serverless.Emulator;

/// <summary>How the emulator behaves. The defaults are RunPod's own where it has any.</summary>
public sealed class EmulatorOptions
{
    private const int MiB = 1024 * 1024;
    private const int MaxWorkersAllowed = 10_000;

    /// <summary>The address to listen on. Default: loopback. Any other needs an <see cref="ApiKey"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port to listen on; 0, the default, takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The endpoint's id in every path. Letters, digits, <c>-</c> and <c>_</c>. Default: emulator.</summary>
    public string EndpointId { get; init; } = "emulator";

    /// <summary>The key that calls must bring, as <c>Bearer KEY</c> or bare. Null, the default: any, but not none.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>Workers that are always there. Default: 0.</summary>
    public int WorkersMin { get; init; }

    /// <summary>Workers at most; with 0 jobs only queue. Default: 3.</summary>
    public int WorkersMax { get; init; } = 3;

    /// <summary>How long a worker takes to start. Default: 0.</summary>
    public TimeSpan ColdStart { get; init; }

    /// <summary>How long a worker above the minimum stays without a job. Default: 5 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a worker may hold a job that does not say so itself. Default: 600 s.</summary>
    public TimeSpan DefaultExecutionTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>How long a job lives from submission, whatever its state, unless it says so. Default: 24 h.</summary>
    public TimeSpan DefaultTtl { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long the result of a <c>/run</c> job is kept after its end. Default: 30 min.</summary>
    public TimeSpan AsyncResultRetention { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long the result of a <c>/runsync</c> job is kept after its end. Default: 1 min.</summary>
    public TimeSpan SyncResultRetention { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest body of <c>/run</c>, in bytes. Default: 10 MiB.</summary>
    public int RunBodyLimit { get; init; } = 10 * MiB;

    /// <summary>The longest body of <c>/runsync</c>, in bytes. Default: 20 MiB.</summary>
    public int RunSyncBodyLimit { get; init; } = 20 * MiB;

    /// <summary>The longest output, in bytes; a job with a longer one ends COMPLETED without it. Default: 20 MiB.
    /// </summary>
    public int ResultLimit { get; init; } = 20 * MiB;

    /// <summary>How long the endpoint may go without a job until its workers are set to none: jobs then only queue, until
    /// <see cref="RunPodEmulator.Wake"/>. RunPod does so after seven days. Null, the default: never.</summary>
    public TimeSpan? DormantAfter { get; init; }

    /// <summary>Whether the webhook is told of a cancelled job as well. Default: false; what the cloud does is not
    /// documented.</summary>
    public bool WebhookOnCancel { get; init; }

    /// <summary>Whether RunPod's documented rate limits hold. Default: true.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>How often a job is dispatched again after its worker was lost, before it fails. Default: 1.</summary>
    public int MaxRedispatches { get; init; } = 1;

    /// <summary>Whether a generator handler's entries are its output as well. Default: false, as RunPod's library has
    /// it: the output is then an empty array.</summary>
    public bool ReturnAggregateStream { get; init; }

    /// <summary>Whether a job that exceeds its execution timeout ends TIMED_OUT. Default: false, FAILED; both have been
    /// seen.</summary>
    public bool ReportTimedOut { get; init; }

    /// <summary>How to fail. Default: not at all.</summary>
    public FaultPlan? Faults { get; init; }

    /// <summary>
    /// Makes job and worker ids repeatable. Null, the default: ids differ from start to start, so that an id from
    /// before a restart never finds another job.
    /// </summary>
    public int? Seed { get; init; }

    internal void Validate()
    {
        if (!IPAddress.IsLoopback(Address) && ApiKey is null)
            throw Bad(nameof(Address), Address, "a loopback address unless there is an ApiKey");
        if (EndpointId.Length == 0 || !EndpointId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw Bad(nameof(EndpointId), EndpointId, "letters, digits, - and _");
        if (ApiKey is not null && string.IsNullOrWhiteSpace(ApiKey))
            throw new ArgumentException("ApiKey: blank; allowed: a key, or null for any", nameof(ApiKey));
        RequireRange(nameof(Port), Port, 0, IPEndPoint.MaxPort);
        RequireRange(nameof(WorkersMax), WorkersMax, 0, MaxWorkersAllowed);
        RequireRange(nameof(WorkersMin), WorkersMin, 0, WorkersMax);
        RequireRange(nameof(MaxRedispatches), MaxRedispatches, 0, int.MaxValue);
        RequireRange(nameof(RunBodyLimit), RunBodyLimit, 1, Array.MaxLength - 1);
        RequireRange(nameof(RunSyncBodyLimit), RunSyncBodyLimit, 1, Array.MaxLength - 1);
        RequireRange(nameof(ResultLimit), ResultLimit, 0, int.MaxValue);
        RequireNotNegative(nameof(ColdStart), ColdStart);
        RequireNotNegative(nameof(IdleTimeout), IdleTimeout);
        RequireNotNegative(nameof(DefaultExecutionTimeout), DefaultExecutionTimeout);
        RequireNotNegative(nameof(DefaultTtl), DefaultTtl);
        RequireNotNegative(nameof(AsyncResultRetention), AsyncResultRetention);
        RequireNotNegative(nameof(SyncResultRetention), SyncResultRetention);
        if (DormantAfter is { } quiet) RequireNotNegative(nameof(DormantAfter), quiet);
    }

    private static void RequireRange(string name, int value, int min, int max)
    {
        if (value < min || value > max) throw Bad(name, value, $"{min} to {max}");
    }

    private static void RequireNotNegative(string name, TimeSpan value)
    {
        if (value < TimeSpan.Zero) throw Bad(name, value, "zero or more");
    }

    private static ArgumentException Bad(string name, object value, string allowed) =>
        new($"{name}: {value} is not allowed; allowed: {allowed}", name);
}
