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
            foreach (var part in parts)
            {
                if (await client.RaiseEventAsync(part.InstanceId, Names.CancelEvent, "", context.CancellationToken)) told++;
            }
        }

        return told;
    }
}
