using System.Text.Json;
using Serverless.Emulator;
using Serverless.Workers;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>A RunPod endpoint that outlives the commands that use it. Its worker answers <c>{"id":…,"value":"done"}</c> to
/// each flashpoint, unless told otherwise.</summary>
internal sealed class Endpoint : IAsyncDisposable
{
    private readonly RunPodEmulator _emulator;

    private Endpoint(RunPodEmulator emulator, Worker worker) => (_emulator, Handler) = (emulator, worker);

    public Worker Handler { get; }

    public long JobsSubmitted => _emulator.Statistics.JobsSubmitted;

    public string Url => $"{_emulator.BaseAddress.AbsoluteUri.TrimEnd('/')}/emulator";

    public static async Task<Endpoint> StartAsync()
    {
        var worker = new Worker();
        var options = new EmulatorOptions { WorkersMax = 4, ReturnAggregateStream = true, RateLimits = false };
        return new Endpoint(await RunPodEmulator.StartAsync(options, worker), worker);
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    internal sealed class Worker : IWorkerHandler
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TaskCompletionSource? _gate;

        /// <summary>Flashpoints whose chunk fails.</summary>
        public HashSet<string> Hopeless { get; } = new(StringComparer.Ordinal);

        /// <summary>How long a job takes at least.</summary>
        public TimeSpan Takes { get; set; }

        /// <summary>Completes when a job is held back.</summary>
        public Task Held => _held.Task;

        /// <summary>Completes when a job that was held back is cancelled.</summary>
        public Task Cancelled => _cancelled.Task;

        /// <summary>Holds every job back until <see cref="Open"/>.</summary>
        public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _gate!.TrySetResult();

        public async Task<JsonElement> HandleAsync(
            WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
        {
            if (_gate is { } gate) await HoldAsync(gate.Task, cancellationToken);
            await Task.Delay(Takes, TimeProvider.System, cancellationToken);
            var ids = job.Input.GetProperty("flashpoints").EnumerateArray()
                .Select(flashpoint => flashpoint.GetProperty("id").GetString()!).ToList();
            if (ids.Exists(Hopeless.Contains)) throw new WorkerHandlerException("out of memory");
            return JsonSerializer.SerializeToElement(ids.Select(id => new { id, value = "done" }));
        }

        private async Task HoldAsync(Task gate, CancellationToken cancellationToken)
        {
            _held.TrySetResult();
            try
            {
                await gate.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _cancelled.TrySetResult();
                throw;
            }
        }
    }
}
