using Microsoft.Extensions.Logging;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>How the pursuit of a job that did not let itself be cancelled stands.</summary>
/// <param name="Confirmed">Whether the platform has said that the job is over.</param>
/// <param name="Tries">How often it was asked.</param>
/// <param name="Error">What it said last; null once it is confirmed.</param>
public sealed record CancelProgress(bool Confirmed, int Tries, string? Error);

/// <summary>
/// Cancels one job that the chunk which submitted it could not cancel, and goes on when chunk and run have ended, until the
/// platform confirms it or the job's life is over by itself: what may still cost money is not forgotten.
/// </summary>
public sealed class CancelJobOrchestrator : Orchestrator<AttemptInput, CancelProgress>
{
    /// <inheritdoc/>
    public override async Task<CancelProgress> RunAsync(OrchestrationContext context, AttemptInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        var endsAt = input.SubmittedAt.UtcDateTime + JobTimes.TimeToLive(input.Chunk.Run) + JobTimes.Overshoot;
        for (var tries = 1; ; tries++)
        {
            var progress = await TryAsync(context, input, tries);
            if (progress.Confirmed || context.CurrentUtcDateTime >= endsAt) return progress;
            context.SetCustomStatus(progress);
            using var lost = new CancellationTokenSource();
            var now = context.WaitForExternalEvent<string>(Names.CancelEvent, lost.Token);
            await Task.WhenAny(now, context.CreateTimer(Retries.BetweenPursuits(tries), lost.Token));
            lost.Cancel();
        }
    }

    private static async Task<CancelProgress> TryAsync(OrchestrationContext context, AttemptInput input, int tries)
    {
        try
        {
            await context.CallActivityAsync<bool>(Names.CancelJob, input);
            return new CancelProgress(Confirmed: true, tries, Error: null);
        }
        catch (TaskFailedException e)
        {
            return new CancelProgress(Confirmed: false, tries, AttemptRecord.Shorten(e.FailureDetails.ErrorMessage));
        }
    }
}

/// <summary>Starts the pursuit of a job. Once is enough, however often it is asked for.</summary>
internal sealed class PursueCancelActivity(RunEnvironment environment, ILogger log) : Activity<AttemptInput, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, AttemptInput input)
    {
        if (await new OpenJobs(environment.Client()).PursueAsync(input, context.CancellationToken))
            RunLog.CancelUnconfirmed(log, input.Chunk.Run.RunId, input.Chunk.Chunk, input.JobId!);
        return true;
    }
}
