using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Emulator;
using Serverless.Emulator.Faults;
using Serverless.Workers;

namespace Serverless.EndToEnd.Tests;

/// <summary>A RunPod endpoint that outlives the coordinators that are killed: the emulator, in the test's process.</summary>
internal sealed class RemoteEndpoint : IAsyncDisposable
{
    private readonly RunPodEmulator _emulator;

    private RemoteEndpoint(RunPodEmulator emulator) => _emulator = emulator;

    public EmulatorStatistics Statistics => _emulator.Statistics;

    public string Url => $"{_emulator.BaseAddress.AbsoluteUri.TrimEnd('/')}/emulator";

    /// <summary>What a coordinator needs in its environment to use it, looking often.</summary>
    public (string Name, string Value)[] Environment =>
    [
        ("RUNPOD_ENDPOINT", Url), ("RUNPOD_API_KEY", "rpa_test"), ("POLL_SECONDS", "0.02"),
    ];

    public static async Task<RemoteEndpoint> StartAsync(
        string? faults = null, IWorkerHandler? handler = null, int workers = 4, int redispatches = 1, int? resultLimit = null)
    {
        var options = new EmulatorOptions
        {
            WorkersMax = workers,
            ReturnAggregateStream = true,
            RateLimits = false,
            MaxRedispatches = redispatches,
            ResultLimit = resultLimit ?? new EmulatorOptions().ResultLimit,
            Faults = faults is null ? null : FaultPlan.Parse(faults),
        };
        handler ??= new SampleHandler(
            new SampleHandlerOptions(), TimeProvider.System, NullLogger<SampleHandler>.Instance);
        return new RemoteEndpoint(await RunPodEmulator.StartAsync(options, handler));
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();
}

/// <summary>A worker that holds every job until it is told to go on.</summary>
internal sealed class HeldHandler : IWorkerHandler
{
    /// <summary>Only ever reached by a test that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _wasCancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SampleHandler _inner = new(
        new SampleHandlerOptions(), TimeProvider.System, NullLogger<SampleHandler>.Instance);

    private int _cancelled;

    /// <summary>Completes when a worker holds a job.</summary>
    public Task Held => _held.Task.WaitAsync(Patience);

    /// <summary>Completes when a job was cancelled while held.</summary>
    public Task WasCancelled => _wasCancelled.Task.WaitAsync(Patience);

    /// <summary>Jobs that were cancelled while held.</summary>
    public int Cancelled => Volatile.Read(ref _cancelled);

    public void Open() => _open.TrySetResult();

    public async Task<JsonElement> HandleAsync(
        WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
    {
        _held.TrySetResult();
        try
        {
            await _open.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
            _wasCancelled.TrySetResult();
            throw;
        }

        return await _inner.HandleAsync(job, emit, cancellationToken);
    }
}
