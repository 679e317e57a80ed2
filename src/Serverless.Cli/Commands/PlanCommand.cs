using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Planning;
using Serverless.Core.Pricing;
using Serverless.Core.Runs;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout plan</c> was asked.</summary>
internal sealed record PlanOptions
{
    /// <inheritdoc cref="RunOptions.File"/>
    public required string File { get; init; }

    /// <inheritdoc cref="RunRequest.ChunkSize"/>
    public int? ChunkSize { get; init; }

    public ChunkBy By { get; init; }

    /// <summary>How long a flashpoint is expected to take; null: unknown.</summary>
    public TimeSpan? PerFlashpoint { get; init; }

    /// <summary>Null: a true cold start.</summary>
    public TimeSpan? ColdStart { get; init; }

    /// <summary>Null: RunPod's own.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Dollars for a second of a worker that may be taken away; null: as the table says.</summary>
    public decimal? InterruptiblePrice { get; init; }

    /// <inheritdoc cref="WorkerAssumptions.InterruptionsPerHour"/>
    public double InterruptionsPerHour { get; init; }

    /// <summary>What to compare pods by that may be taken away; null: nothing.</summary>
    public SpotRequest? Spot { get; init; }

    /// <inheritdoc cref="RunOptions.CommandLine"/>
    public required SettingSource CommandLine { get; init; }
}

/// <summary>What <c>fanout plan --spot</c> was asked.</summary>
internal sealed record SpotRequest
{
    /// <summary>The share on demand.</summary>
    public decimal Tail { get; init; } = 0.10m;

    /// <summary>When it starts, 0 to 23, UTC; null: at the best hour.</summary>
    public int? StartHour { get; init; }

    /// <inheritdoc cref="WorkerAssumptions.CheckpointInterval"/>
    public TimeSpan? CheckpointInterval { get; init; }

    /// <summary>Null: two minutes.</summary>
    public TimeSpan? Replacement { get; init; }

    /// <inheritdoc cref="SpotAssumptions.HourWorth"/>
    public decimal HourWorth { get; init; }
}

/// <summary>Shows how a run would be cut up, and what to expect of it. Runs and writes nothing.</summary>
internal sealed class PlanCommand(CommandContext context)
{
    public async Task<int> RunAsync(PlanOptions options, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(options.CommandLine);
        var workers = settings.Workers ?? FanOutSettings.DefaultWorkers;
        await using var file = FlashpointFile.Open(options.File, context);
        var measured = options.PerFlashpoint is null ? await MeasuredAsync(settings, cancellationToken) : null;
        var assumed = Assumed(options, options.PerFlashpoint ?? measured?.PerFlashpoint);
        var request = new PlanRequest
        {
            Flashpoints = file.Content,
            SourceName = file.Name,
            Workers = workers,
            ChunkSize = options.ChunkSize,
            By = options.By,
            ByReference = S3Address.IsOne(settings.ResultStore ?? ""),
            Assumed = assumed,
        };
        var plan = await context.Head.PlanAsync(request, cancellationToken);
        var price = settings.Price is { } known && options.InterruptiblePrice is { } other
            ? known with { InterruptiblePerSecond = other }
            : settings.Price;
        var spot = options.Spot is { } asked ? await SpotViewAsync(asked, plan, assumed, price, settings, cancellationToken) : null;
        PlanReport.Write(context.Terminal.Output, plan, workers, assumed?.PerFlashpoint);
        if (spot is not null) SpotReport.Write(context.Terminal.Output, spot);
        else OfferTable.Write(context.Terminal.Output, plan.Offers, assumed, price);
        if (measured is not null) context.Terminal.Output.Line(measured.InWords());
        return ExitCode.Success;
    }

    private async Task<SpotView> SpotViewAsync(
        SpotRequest request, PlanView plan, WorkerAssumptions? assumed, WorkerPrice? price, FanOutSettings settings,
        CancellationToken cancellationToken)
    {
        if (assumed is null)
        {
            throw CommandFailedException.Usage(
                "--spot needs to know how long a flashpoint takes, and no run like this one has ended yet",
                "Give --seconds-per-flashpoint S.");
        }

        if (price?.InterruptiblePerSecond is null)
        {
            throw CommandFailedException.Usage(
                "--spot needs to know what workers cost on demand and as interruptible pods",
                "Give --gpu NAME and --interruptible-price DOLLARS, or a table with both by GPU_PRICES.");
        }

        var observed = await context.Head.ObservedInterruptionsAsync(settings, cancellationToken);
        var standard = new SpotAssumptions { Risk = Risks.Read(settings, context.Directory, observed) };
        var spot = standard with { Replacement = request.Replacement ?? standard.Replacement, HourWorth = request.HourWorth };
        assumed = assumed with { CheckpointInterval = request.CheckpointInterval };
        return new SpotView
        {
            Plan = new SpotPlan(plan.Work, assumed, spot, price),
            Workers = plan.Work.Count,
            Flashpoints = plan.Chunks.Sum(chunk => chunk.FlashpointCount),
            Assumed = assumed,
            Spot = spot,
            Price = price,
            Request = request,
        };
    }

    private static WorkerAssumptions? Assumed(PlanOptions options, TimeSpan? perFlashpoint)
    {
        if (perFlashpoint is not { } time) return null;
        var assumed = new WorkerAssumptions { PerFlashpoint = time, InterruptionsPerHour = options.InterruptionsPerHour };
        return assumed with { ColdStart = options.ColdStart ?? assumed.ColdStart, Idle = options.Idle ?? assumed.Idle };
    }

    /// <summary>What the last run of the same kind took: where jobs of a new run would go, and on the same GPU.</summary>
    private async Task<MeasuredTime?> MeasuredAsync(FanOutSettings settings, CancellationToken cancellationToken)
    {
        await using var fanOut = await context.Head.OpenAsync(settings, StateAccess.Read, context.Loggers, cancellationToken);
        var runs = await fanOut.ListAsync(cancellationToken);
        var last = runs.FirstOrDefault(run => run.State == RunState.Completed && run.Backend == fanOut.Backend
            && run.Gpu == settings.Price?.Gpu && run.DoneCount > 0 && run.ExecutionTime > TimeSpan.Zero);
        return last is null ? null : new MeasuredTime(last.Run, last.ExecutionTime!.Value / last.DoneCount, last.DoneCount);
    }

    private sealed record MeasuredTime(string Run, TimeSpan PerFlashpoint, int Flashpoints)
    {
        public string InWords() =>
            $"{Printable.Time(PerFlashpoint)} for a flashpoint, as measured in run {Run} ({Printable.Count(Flashpoints, "flashpoint")}).";
    }
}
