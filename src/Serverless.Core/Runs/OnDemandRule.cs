using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>Which jobs of a hybrid run go where nothing takes the machine away: what has failed twice on pods, the last part of
/// the run, and what is marked as critical.</summary>
internal static class OnDemandRule
{
    /// <summary>Tries on pods after which it is somebody else's turn.</summary>
    private const int MaxTriesOnPods = 2;

    public static bool IsDue(AttemptInput attempt, IReadOnlyList<ChunkEntry> entries) =>
        attempt.Used >= MaxTriesOnPods
        || attempt.Chunk.Chunk >= attempt.Chunk.Run.TailFrom
        || entries.Any(entry => IsCritical(entry.Flashpoint.Json.Span));

    /// <summary>The run with the first chunk of its last part.</summary>
    public static RunInput WithTail(RunInput run, PlannedRun plan) => run.TailOnDemand is not { } percent
        ? run
        : run with { TailFrom = plan.FirstChunk + plan.ChunkCount - (int)Math.Ceiling(plan.ChunkCount * percent / 100.0) };

    /// <summary>Whether a flashpoint has a member <c>"critical": true</c>.</summary>
    private static bool IsCritical(ReadOnlySpan<byte> flashpoint)
    {
        var json = new Utf8JsonReader(flashpoint);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = json.ValueTextEquals("critical"u8);
            json.Read();
            if (isIt && json.TokenType == JsonTokenType.True) return true;
            json.Skip();
        }

        return false;
    }
}
