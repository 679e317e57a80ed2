using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.Workers;

namespace Serverless.Emulator.Tests.Support;

/// <summary>Holds every job until the test says how it ends, or it is cancelled.</summary>
internal sealed class HeldHandler : IWorkerHandler
{
    private readonly ConcurrentDictionary<string, Hold> _holds = new();

    public void Complete(string jobId, string json = "{\"ok\":true}") =>
        Of(jobId).Answer.SetResult(JsonElement.Parse(json));

    /// <summary>Completes when the handler was told to stop that job.</summary>
    public Task Stopped(string jobId) => Of(jobId).Stopped.Task;

    public async Task<JsonElement> HandleAsync(
        WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        var hold = Of(job.Id);
        try
        {
            return await hold.Answer.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            hold.Stopped.SetResult();
            throw;
        }
    }

    private Hold Of(string jobId) => _holds.GetOrAdd(jobId, _ => new Hold());

    private sealed class Hold
    {
        public TaskCompletionSource<JsonElement> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
