using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Workers.Sample;

namespace Serverless.Workers;

/// <summary>
/// A worker that needs no GPU: guesses the language of each flashpoint's feeds, finds key phrases, and sums up in two
/// sentences. The same input always gives the same output.
/// </summary>
/// <param name="options">How it behaves.</param>
/// <param name="clock">What <see cref="SampleHandlerOptions.SecondsPerFlashpoint"/> is measured with.</param>
/// <param name="logger">Told when a worker starts, and what it completed. Never a text.</param>
/// <remarks>
/// Emits one entry per flashpoint as it is done, and returns them all as <c>{"results":[…]}</c>. An entry:
/// <c>{"id","language","language_confidence","key_phrases":[…],"summary","words","sentences","feeds"}</c>, or
/// <c>{"id","error"}</c> for a flashpoint without text. <c>language</c> is ISO 639-1 (en, es, fr, de, it, pt, nl) or
/// <c>und</c>; <c>feeds</c> counts those with text.
/// </remarks>
public sealed partial class SampleHandler(
    SampleHandlerOptions options, TimeProvider clock, ILogger<SampleHandler> logger) : IWorkerHandler
{
    /// <inheritdoc/>
    /// <exception cref="WorkerHandlerException"><c>flashpoints</c> is neither an array of objects with ids nor a
    /// reference to one that can be read and has the size and digest that it says.</exception>
    public async Task<JsonElement> HandleAsync(
        WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        var flashpoints = await SampleInput.FlashpointsAsync(job.Input, cancellationToken);
        var worker = SampleInput.Worker(job.Input);
        LogStarting(worker, flashpoints.Count);
        List<JsonElement> results = new(flashpoints.Count);
        foreach (var flashpoint in flashpoints)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (options.SecondsPerFlashpoint > TimeSpan.Zero)
                await Task.Delay(options.SecondsPerFlashpoint, clock, cancellationToken);

            var entry = SampleEntry.Of(flashpoint);
            results.Add(entry);
            await emit(entry);
            LogCompletedFlashpoint(worker, flashpoint.Id);
        }

        LogCompleted(worker, flashpoints.Count);
        return SampleEntry.Aggregate(results);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {Worker} starting with {Count} flashpoints")]
    private partial void LogStarting(int worker, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {Worker} completed flashpoint {FlashpointId}")]
    private partial void LogCompletedFlashpoint(int worker, string flashpointId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {Worker} completed all {Count} flashpoints")]
    private partial void LogCompleted(int worker, int count);
}

/// <summary>How a <see cref="SampleHandler"/> behaves.</summary>
public sealed record SampleHandlerOptions
{
    /// <summary>How long each flashpoint takes on top of the work itself. Zero or more. Default zero.</summary>
    public TimeSpan SecondsPerFlashpoint { get; init; } = TimeSpan.Zero;
}
