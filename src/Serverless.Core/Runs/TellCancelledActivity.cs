using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Passes a run's cancellation on to its groups and chunks. Being told twice does no harm.</summary>
internal sealed class TellCancelledActivity(RunEnvironment environment) : Activity<string, int>
{
    public override async Task<int> RunAsync(ActivityContext context, string input)
    {
        var client = environment.Client();
        var told = 0;
        await foreach (var parts in LiveParts.PagesAsync(client, input, cancellationToken: context.CancellationToken))
        {
            var answers = await Task.WhenAll(parts.Select(part => LiveParts.CancelAsync(client, part.InstanceId)));
            told += answers.Count(isTold => isTold);
        }

        return told;
    }
}
