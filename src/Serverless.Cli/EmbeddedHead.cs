using Microsoft.Extensions.Logging;
using Serverless.Cli.Head;
using Serverless.Core.Settings;

namespace Serverless.Cli;

/// <summary>Composes the embedded head: engine, planner, job backends and emulator behind the commands.</summary>
internal sealed class EmbeddedHead : IHead
{
    public Task<IFanOut> OpenAsync(
        FanOutSettings settings, StateAccess access, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw Absent();

    public Task<PlanView> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => throw Absent();

    public Task ServeEmulatorAsync(
        EmulatorRequest request, Action<Uri> listening, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw Absent();

    private static CommandFailedException Absent() =>
        CommandFailedException.Failed("this build has only the command line, no engine");
}
