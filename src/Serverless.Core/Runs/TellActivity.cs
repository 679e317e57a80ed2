using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>Which event to raise on which instances.</summary>
/// <param name="Instances">Their ids. One that has ended, or is not there, is passed over.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Payload">What it carries.</param>
public sealed record TellInput(IReadOnlyList<string> Instances, string Event, JsonElement Payload);

/// <summary>Passes something on between the instances of a run. Being told twice does no harm.</summary>
internal sealed class TellActivity(RunEnvironment environment) : Activity<TellInput, int>
{
    private const int AtOnce = 64;

    public override async Task<int> RunAsync(ActivityContext context, TellInput input)
    {
        var client = environment.Client();
        var told = 0;
        foreach (var some in input.Instances.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(
                some.Select(instance => client.RaiseEventAsync(instance, input.Event, input.Payload, context.CancellationToken)));
            told += answers.Count(isTold => isTold);
        }

        return told;
    }
}
