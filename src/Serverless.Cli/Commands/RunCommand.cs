using Serverless.Cli.Delivery;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Telemetry;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout run</c> was asked.</summary>
internal sealed record RunOptions
{
    /// <summary>A file, or <c>-</c> for standard input.</summary>
    public required string File { get; init; }

    /// <summary>Null: today, UTC.</summary>
    public DateOnly? Date { get; init; }

    /// <inheritdoc cref="RunRequest.RunId"/>
    public string? RunId { get; init; }

    /// <inheritdoc cref="RunRequest.ChunkSize"/>
    public int? ChunkSize { get; init; }

    public ChunkBy By { get; init; }

    /// <inheritdoc cref="RunRequest.Limits"/>
    public RunLimits Limits { get; init; } = new();

    /// <inheritdoc cref="RunRequest.Force"/>
    public bool Force { get; init; }

    /// <inheritdoc cref="RunRequest.Cleanup"/>
    public bool Cleanup { get; init; } = true;

    public required DeliveryRequest Delivery { get; init; }

    /// <summary>Settings given as options.</summary>
    public required SettingSource CommandLine { get; init; }
}

/// <summary>Starts a run, or goes on with the one it is, and stays until it ends.</summary>
internal sealed class RunCommand(CommandContext context)
{
    public async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(options.CommandLine);
        RefuseToOverwriteInput(options);
        if (options.Limits.MaxCost is not null) settings.RequirePrice();
        var follower = new RunFollower(context, options.CommandLine, options.Delivery);
        await using var file = FlashpointFile.Open(options.File, context);
        await using var fanOut = await context.Head.OpenAsync(
            settings, StateAccess.Run, context.Loggers, cancellationToken);
        var notice = fanOut.Notice;
        if (notice is not null) context.Terminal.Say(notice);

        using var span = CliDiagnostics.Begin("fanout run");
        var start = await fanOut.StartAsync(Request(options, file), cancellationToken);
        if (start.Kind == RunStartKind.Continued) context.Terminal.Say($"Run {start.Run} is known and goes on.");
        if (fanOut.Notice is { } elsewhere && elsewhere != notice) context.Terminal.Say(elsewhere);
        if (start.Kind != RunStartKind.Ended) return await follower.FollowAsync(fanOut, start.Run, cancellationToken);
        context.Terminal.Say(
            $"Run {start.Run} has already ended; this is what came of it. --force runs all of it again; "
            + "another --run-id or --date makes another run.");
        return await follower.FinishAsync(fanOut, start.Run, cancellationToken);
    }

    private void RefuseToOverwriteInput(RunOptions options)
    {
        if (options.Delivery.Out is not { } output || output == "-" || options.File == "-") return;
        if (Path.GetFullPath(output, context.Directory) != Path.GetFullPath(options.File, context.Directory)) return;
        throw CommandFailedException.Usage(
            $"--out is \"{output}\", which is the file that the flashpoints come from", "Allowed: another file.");
    }

    private RunRequest Request(RunOptions options, FlashpointFile file) => new()
    {
        Flashpoints = file.Content,
        SourceName = file.Name,
        Date = options.Date ?? DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime),
        RunId = options.RunId,
        ChunkSize = options.ChunkSize,
        By = options.By,
        Limits = options.Limits,
        Force = options.Force,
        Cleanup = options.Cleanup,
    };
}
