using Microsoft.Extensions.Logging;
using Serverless.Core.Planning;
using Serverless.Core.Settings;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Head;

/// <summary>
/// What the commands need from the rest of the house. Everything expected that goes wrong behind it is thrown as
/// <see cref="CommandFailedException"/>, with exit code 2 when the caller's input is at fault and nothing was written.
/// </summary>
internal interface IHead
{
    /// <summary>Opens the state folder.</summary>
    Task<IFanOut> OpenAsync(
        FanOutSettings settings, StateAccess access, ILoggerFactory loggers, CancellationToken cancellationToken);

    /// <summary>Plans without running or writing anything.</summary>
    Task<PlanView> PlanAsync(PlanRequest request, CancellationToken cancellationToken);

    /// <summary>Serves the HTTP API over the state folder until cancelled, and then returns without throwing.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="listening">Called once, with the address and a line about where jobs run or null, when calls are
    /// served.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task ServeAsync(
        FanOutSettings settings, Action<Uri, string?> listening, ILoggerFactory loggers, CancellationToken cancellationToken);

    /// <summary>Leaves a run to a host that runs elsewhere, and its pods.</summary>
    Task<Enqueued> EnqueueAsync(FanOutSettings settings, EnqueueRequest request, CancellationToken cancellationToken);

    /// <summary>How the queue of the state folder stands, also while another process runs it; null when there is none.</summary>
    Task<QueueView?> LookAtQueueAsync(FanOutSettings settings, CancellationToken cancellationToken);

    /// <summary>Has a host that runs elsewhere order something of one of its pods.</summary>
    /// <returns>How the pod stands.</returns>
    Task<PodView> OrderPodAsync(FanOutSettings settings, PodOrder order, CancellationToken cancellationToken);

    /// <summary>How often pods of the state folder's queue were taken away, also while another process runs it; null when nothing was
    /// observed yet.</summary>
    Task<ObservedInterruptions?> ObservedInterruptionsAsync(FanOutSettings settings, CancellationToken cancellationToken);

    /// <summary>Serves the RunPod lookalike until cancelled, and then returns without throwing.</summary>
    /// <param name="request">How.</param>
    /// <param name="listening">Called once, with the base address, when calls are served.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task ServeEmulatorAsync(
        EmulatorRequest request, Action<Uri> listening, ILoggerFactory loggers, CancellationToken cancellationToken);
}

/// <summary>What a command is going to do with the state folder.</summary>
internal enum StateAccess
{
    /// <summary>Look only. Nothing runs, nothing is created; no state folder is the same as an empty one.</summary>
    Read,

    /// <summary>Run the engine; the folder is created when it is not there.</summary>
    Run,
}
