using Microsoft.Extensions.Logging;
using Serverless.Cli.Head;
using Serverless.Core;
using Serverless.Core.Flashpoints;
using Serverless.Core.Planning;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Emulator;
using Serverless.Emulator.Faults;
using Serverless.Pods;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Embedded;

/// <summary>Composes the embedded head: engine, planner, job backends and emulator behind the commands.</summary>
/// <param name="clock">The clock.</param>
/// <param name="openStore">Opens the result store of a place; null: as the settings say.</param>
internal sealed class EmbeddedHead(TimeProvider clock, Func<string, IObjectStore>? openStore = null) : IHead
{
    public Task<IFanOut> OpenAsync(
        FanOutSettings settings, StateAccess access, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        Task.FromResult<IFanOut>(new EmbeddedFanOut(settings, access, openStore, loggers, clock));

    public async Task<PlanView> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        var sizes = new List<FlashpointSize>();
        await Failures.TranslateAsync(request.SourceName, async () =>
        {
            await foreach (var flashpoint in FlashpointReader.ReadAsync(request.Flashpoints, cancellationToken))
            {
                ids.Add(flashpoint.Id);
                sizes.Add(new FlashpointSize(flashpoint.Json.Length, Math.Max(1, flashpoint.FeedCount)));
            }
        });
        var plan = Plan(sizes, request, request.Workers);
        var compared = request.Assumed is null ? [] : PlanOffer.WorkersToCompare(request.Workers, sizes.Count);
        return new PlanView
        {
            FlashpointCount = sizes.Count,
            Chunks = [.. plan.Chunks.Select(ToView)],
            Offers = [.. compared.Select(workers => PlanOffer.Of(Plan(sizes, request, workers), workers, request.Assumed!))],
            Work = request.Assumed is { } like ? PlanOffer.WorkOf(plan, request.Workers, like.PerFlashpoint) : [],
            TooBig = [.. plan.TooLarge.Select(large => ids[large.Index])],
        };
    }

    public Task ServeAsync(
        FanOutSettings settings, Action<Uri, string?> listening, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(settings.ListenUrl.AbsoluteUri.TrimEnd('/'), async () =>
        {
            await using var service = new EmbeddedService(settings, openStore, loggers, clock);
            listening(await service.StartAsync(cancellationToken), service.Notice);
            await Task.WhenAny(service.Broken, Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken));
            if (!service.Broken.IsCompleted) return;
            var reason = await service.Broken;
            throw CommandFailedException.Failed(
                $"Nothing can be written any more: {reason.Message}", "Start again once it can; every run goes on.", reason);
        });

    public Task<Enqueued> EnqueueAsync(
        FanOutSettings settings, EnqueueRequest request, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(request.SourceName, () => HostCalls.EnqueueAsync(settings, request, cancellationToken));

    public Task<QueueView?> LookAtQueueAsync(FanOutSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(ReadQueue(settings, reader => reader.Look()));

    public Task<PodView> OrderPodAsync(FanOutSettings settings, PodOrder order, CancellationToken cancellationToken) =>
        HostCalls.OrderPodAsync(settings, order, cancellationToken);

    public Task<ObservedInterruptions?> ObservedInterruptionsAsync(FanOutSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(ReadQueue(settings, reader => reader.Interruptions()));

    public async Task ServeEmulatorAsync(
        EmulatorRequest request, Action<Uri> listening, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var handler = WorkerHandlers.Create(
            request.Worker, url: null, request.TimePerFlashpoint ?? TimeSpan.Zero, clock, loggers);
        var standard = new EmulatorOptions();
        var options = new EmulatorOptions
        {
            Port = request.Port,
            WorkersMax = request.MaxWorkers,
            ColdStart = request.ColdStart,
            ReturnAggregateStream = true,
            AsyncResultRetention = request.ResultRetention ?? standard.AsyncResultRetention,
            ResultLimit = request.ResultLimit ?? standard.ResultLimit,
            DormantAfter = request.DormantAfter,
            Faults = request.FaultsFile is { } file ? Failures.Translate(file, () => ReadFaults(file)) : null,
        };
        await using var emulator = await Failures.TranslateAsync(
            $"port {request.Port}", () => RunPodEmulator.StartAsync(options, handler, clock, loggers, cancellationToken));
        listening(new Uri($"{emulator.BaseAddress.AbsoluteUri.TrimEnd('/')}/{options.EndpointId}"));
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken));
    }

    private static ChunkPlan Plan(List<FlashpointSize> sizes, PlanRequest request, int workers) => Planner.Plan(sizes, new PlanOptions
    {
        Workers = workers,
        ChunkSize = request.ChunkSize,
        MaxFlashpointBytes = request.ByReference ? Limits.MaxFlashpointBytes : null,
        Strategy = request.By == ChunkBy.Weight ? PlanStrategy.Weight : PlanStrategy.Even,
    });

    /// <returns>Null when there is no queue.</returns>
    private T? ReadQueue<T>(FanOutSettings settings, Func<QueueReader, T?> read)
        where T : class
    {
        var path = PodQueues.PathOf(settings);
        return Failures.Translate(path, () =>
        {
            if (!File.Exists(path)) return null;
            using var reader = QueueReader.Open(path, clock);
            return read(reader);
        });
    }

    private static FaultPlan ReadFaults(string file)
    {
        using var stream = File.OpenRead(file);
        return FaultPlan.Parse(stream);
    }

    private static PlanChunk ToView(PlannedChunk chunk) => new()
    {
        Index = chunk.Index,
        First = chunk.Flashpoints.First,
        End = chunk.Flashpoints.Last + 1,
        FlashpointCount = chunk.Flashpoints.Count,
        Bytes = chunk.Bytes,
    };
}
