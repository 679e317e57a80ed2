using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>The chunks of a group.</summary>
/// <param name="RunId">The run.</param>
/// <param name="FirstChunk">The index of the first.</param>
/// <param name="Chunks">How many there are.</param>
public sealed record GroupRange(string RunId, int FirstChunk, int Chunks)
{
    internal ChunkRange Range => new(FirstChunk, Chunks);
}

/// <summary>How many flashpoints each chunk of a group has.</summary>
internal sealed class ReadCountsActivity(RunEnvironment environment) : Activity<GroupRange, int[]>
{
    public override async Task<int[]> RunAsync(ActivityContext context, GroupRange input)
    {
        var group = await environment.StoreOf(input.RunId).ReadGroupAsync(input.Range, context.CancellationToken);
        return [.. group.Select(chunk => chunk.Count)];
    }
}

/// <summary>All that the chunks of a group have stored, in one object of each kind. Doing it again gives the same.</summary>
internal sealed class MergeGroupActivity(RunEnvironment environment, ILogger log) : Activity<GroupRange, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, GroupRange input)
    {
        using var scope = RunLog.Begin(log, input.RunId);
        await environment.StoreOf(input.RunId).MergeGroupAsync(input.Range, context.CancellationToken);
        return true;
    }
}
