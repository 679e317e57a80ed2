using System.Text;
using Microsoft.Extensions.Logging;
using Serverless.Cli.Head;
using Serverless.Core.Planning;
using Serverless.Core.Settings;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Tests.Doubles;

/// <summary>A head that remembers how it was used.</summary>
internal sealed class FakeHead : IHead
{
    public FakeFanOut FanOut { get; } = new();

    public FanOutSettings? Settings { get; private set; }

    public StateAccess? Access { get; private set; }

    public PlanRequest? PlanRequest { get; private set; }

    public PlanView Plan { get; set; } = new() { FlashpointCount = 0, Chunks = [] };

    public EmulatorRequest? EmulatorRequest { get; private set; }

    public Exception? OpenFailure { get; set; }

    /// <summary>Whether anything behind the command line was reached.</summary>
    public bool WasUsed => Settings is not null || PlanRequest is not null || EnqueueRequest is not null || EmulatorRequest is not null
        || PodOrder is not null;

    public Task<IFanOut> OpenAsync(
        FanOutSettings settings, StateAccess access, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        Settings = settings;
        Access = access;
        return OpenFailure is null ? Task.FromResult<IFanOut>(FanOut) : throw OpenFailure;
    }

    public async Task<PlanView> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        PlanRequest = request;
        using var reader = new StreamReader(request.Flashpoints, Encoding.UTF8, false, -1, leaveOpen: true);
        (await reader.ReadToEndAsync(cancellationToken)).ShouldNotBeEmpty();
        return Plan;
    }

    public Task ServeAsync(
        FanOutSettings settings, Action<Uri, string?> listening, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        Settings = settings;
        listening(settings.ListenUrl, "A notice.");
        return UntilCancelledAsync(cancellationToken);
    }

    public EnqueueRequest? EnqueueRequest { get; private set; }

    public Enqueued Enqueued { get; set; } = new("etl-1", IsNew: true);

    public QueueView? Queue { get; set; }

    public async Task<Enqueued> EnqueueAsync(
        FanOutSettings settings, EnqueueRequest request, CancellationToken cancellationToken)
    {
        EnqueueRequest = request;
        using var reader = new StreamReader(request.Flashpoints, Encoding.UTF8, false, -1, leaveOpen: true);
        (await reader.ReadToEndAsync(cancellationToken)).ShouldNotBeEmpty();
        return Enqueued;
    }

    public Task<QueueView?> LookAtQueueAsync(FanOutSettings settings, CancellationToken cancellationToken) => Task.FromResult(Queue);

    public PodOrder? PodOrder { get; private set; }

    public int JobsOfPods { get; set; }

    public ObservedInterruptions? Observed { get; set; }

    public Task<PodView> OrderPodAsync(FanOutSettings settings, PodOrder order, CancellationToken cancellationToken)
    {
        PodOrder = order;
        return Task.FromResult(new PodView
        {
            Name = order.Pod,
            Online = true,
            LastSeenSeconds = 1,
            Facts = new PodFacts { State = PodState.Working },
            Order = order.Command,
            Jobs = [.. Enumerable.Range(0, JobsOfPods).Select(job => new HeldJob
            {
                Job = $"job-{job}", Name = $"etl-1:{job}:1", Attempt = 1, Done = 0, Flashpoints = 3, HeldSeconds = 5,
            })],
            CompletedJobs = 0,
            Interruptions = 0,
            Losses = 0,
        });
    }

    public Task<ObservedInterruptions?> ObservedInterruptionsAsync(FanOutSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(Observed);

    public Task ServeEmulatorAsync(
        EmulatorRequest request, Action<Uri> listening, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        EmulatorRequest = request;
        listening(new Uri("http://127.0.0.1:8123/v2/local"));
        return UntilCancelledAsync(cancellationToken);
    }

    private static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(ended.SetResult);
        await ended.Task;
    }
}
