using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Passes a run's cancellation on to its groups and chunks. Being told twice does no harm.</summary>
internal sealed class TellCancelledActivity(RunEnvironment environment) : Activity<string, int>
{
    public override async Task<int> RunAsync(ActivityContext context, string input)
    {
        var client = environment.Client();
        var told = 0;
        var query = new OrchestrationQuery
        {
            InstanceIdPrefix = input + ":",
            Statuses =
            [
                OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended,
            ],
        };
        do
        {
            var page = await client.ListInstancesAsync(query, context.CancellationToken);
            foreach (var instance in page.Values)
            {
                if (await client.RaiseEventAsync(instance.InstanceId, Names.CancelEvent, "", context.CancellationToken)) told++;
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
        return told;
    }
}
