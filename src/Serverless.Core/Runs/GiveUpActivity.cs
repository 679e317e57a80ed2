using Microsoft.Extensions.Logging;
using Serverless.Core.Results;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Which flashpoints to give up, and why.</summary>
/// <param name="Attempt">The last attempt at them; its range says which they are.</param>
/// <param name="Reason">Stands in their place.</param>
public sealed record GiveUpInput(AttemptInput Attempt, string Reason);

/// <summary>Answers what is missing in an attempt's range with an error, so that the rest of the chunk can go on without
/// it.</summary>
internal sealed class GiveUpActivity(RunEnvironment environment, ILogger log) : Activity<GiveUpInput, CheckResult>
{
    public override async Task<CheckResult> RunAsync(ActivityContext context, GiveUpInput input)
    {
        var attempt = input.Attempt;
        var chunk = attempt.Chunk.Chunk;
        var store = environment.StoreOf(attempt.Chunk.Run.RunId);
        var missing = await GivenFlashpoints.ReadOpenAsync(store, attempt, context.CancellationToken);
        if (missing.Count > 0)
        {
            var errors = missing.Select(entry => new Checkpoint(entry.Index, entry.Flashpoint.Id, null, input.Reason)).ToList();
            await store.SaveStreamedAsync(chunk, attempt.Attempt, errors, context.CancellationToken);
            foreach (var entry in missing) RunLog.Poison(log, attempt.Chunk.Run.RunId, chunk, entry.Flashpoint.Id, input.Reason);
        }

        var tally = await store.TallyAsync(chunk, attempt.Span, context.CancellationToken);
        return new CheckResult { Done = tally.Done, Errors = tally.Errors, Unanswered = tally.Unanswered };
    }
}
