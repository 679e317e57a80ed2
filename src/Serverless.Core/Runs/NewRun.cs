using System.Globalization;
using Serverless.Core.Jobs;
using Serverless.Core.Settings;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>A run as somebody asks for it; what is left open, the settings say.</summary>
public sealed record NewRun
{
    /// <summary>The day it is for.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Who starts it: <c>manual</c>, <c>timer</c>, or what a scheduler says.</summary>
    public required string Trigger { get; init; }

    /// <summary>Null: made of the date and the list, so that the same list on the same day is the same run.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Whether workers clean up after themselves. Default true.</summary>
    public bool Cleanup { get; init; } = true;

    /// <summary>Null: as the settings say.</summary>
    public int? Workers { get; init; }

    /// <inheritdoc cref="RunInput.BackendKind"/>
    public BackendKind? Backend { get; init; }

    /// <inheritdoc cref="RunInput.TailOnDemand"/>
    public int? TailOnDemand { get; init; }

    /// <summary>Whether its jobs may wait until there is a pod to take them. Default: true.</summary>
    public bool MayWaitForPods { get; init; } = true;

    /// <summary>Null: as many chunks as workers.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>Whether chunks are made even by number of feeds.</summary>
    public bool ByWeight { get; init; }

    /// <summary>Null: as the settings say.</summary>
    public int? MaxAttempts { get; init; }

    /// <inheritdoc cref="RunInput.MaxCost"/>
    public decimal? MaxCost { get; init; }

    /// <inheritdoc cref="RunInput.MaxFailedPercent"/>
    public int? MaxFailedPercent { get; init; }

    /// <inheritdoc cref="RunInput.Hedge"/>
    public double? Hedge { get; init; }

    /// <summary>Whether to run all of it again when it has ended.</summary>
    public bool Force { get; init; }

    /// <inheritdoc cref="RunInput.ForceKey"/>
    public string? ForceKey { get; init; }

    /// <inheritdoc cref="RunInput.RequestSha256"/>
    public string? RequestSha256 { get; init; }

    /// <inheritdoc cref="RunInput.TraceParent"/>
    public string? TraceParent { get; init; }

    /// <summary>The input of a run over this list.</summary>
    public RunInput ToInput(ManifestInfo manifest, FanOutSettings settings, IJobBackends backends)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(backends);
        var date = Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var input = new RunInput
        {
            RunId = RunId?.Value ?? $"etl-{date}-{manifest.Sha256[..8].ToLowerInvariant()}",
            Date = date,
            Trigger = Trigger,
            Cleanup = Cleanup,
            Workers = Workers ?? settings.Workers ?? FanOutSettings.DefaultWorkers,
            Backend = backends.Chosen,
            BackendKind = Backend,
            TailOnDemand = TailOnDemand,
            Flashpoints = manifest.Count,
            ManifestSha256 = manifest.Sha256,
            ChunkSize = ChunkSize,
            ByWeight = ByWeight,
            MaxCost = MaxCost,
            MaxFailedPercent = MaxFailedPercent,
            Hedge = Hedge,
            ForceKey = Force ? ForceKey : null,
            RequestSha256 = RequestSha256,
            TraceParent = TraceParent,
        };
        input = WithSettings(input, settings, backends);
        return input with { Workers = Workers ?? input.Workers, MaxAttempts = MaxAttempts ?? input.MaxAttempts };
    }

    /// <summary>The input with what the settings of today say: for a new run and for a retry alike.</summary>
    public static RunInput WithSettings(RunInput input, FanOutSettings settings, IJobBackends backends)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(backends);
        var address = AddressOf(input.BackendKind, backends);
        return input with
        {
            Workers = settings.Workers ?? input.Workers,
            Backend = address,
            QueueSeconds = backends.QueueTime(address)?.TotalSeconds,
            MaxAttempts = settings.MaxAttempts,
            Gpu = settings.Price is null ? input.Gpu : settings.Price.Gpu,
            PricePerSecond = settings.Price?.PerSecond ?? input.PricePerSecond,
            TellsEnd = true,
            PollSeconds = backends.PollInterval(address).TotalSeconds,
            Timeouts = new RunTimeouts
            {
                RequestS = Seconds(settings.RequestTimeout),
                GpuS = Seconds(settings.GpuTimeout),
                RenderS = Seconds(settings.RenderTimeout),
                ScrapeS = Seconds(settings.ScrapeTimeout),
                NavigationS = Seconds(settings.NavigationTimeout),
                ModelS = Seconds(settings.ModelTimeout),
            },
        };
    }

    /// <summary>Where a run goes.</summary>
    /// <exception cref="JobBackendException">There is no such place here.</exception>
    public static string AddressOf(BackendKind? kind, IJobBackends backends)
    {
        ArgumentNullException.ThrowIfNull(backends);
        if (kind is not { } wanted) return backends.Chosen;
        return backends.AddressOf(wanted)
            ?? throw new JobBackendException(JobErrorKind.Permanent, $"The backend \"{wanted.ToWord()}\" cannot be had here.");
    }

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
