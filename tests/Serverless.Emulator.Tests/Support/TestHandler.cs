using System.Text.Json;
using Serverless.Workers;

namespace Serverless.Emulator.Tests.Support;

/// <summary>A handler made of a function.</summary>
internal sealed class TestHandler(
    Func<WorkerJob, Func<JsonElement, ValueTask>, CancellationToken, Task<JsonElement>> handle) : IWorkerHandler
{
    public TestHandler(Func<WorkerJob, JsonElement> handle)
        : this((job, _, _) => Task.FromResult(handle(job)))
    {
    }

    /// <summary>Answers with the input.</summary>
    public static TestHandler Echo { get; } = new(job => job.Input);

    /// <summary>Answers always the same.</summary>
    public static TestHandler Answering(string json) => new(_ => JsonElement.Parse(json));

    public Task<JsonElement> HandleAsync(
        WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken) =>
        handle(job, emit, cancellationToken);
}
