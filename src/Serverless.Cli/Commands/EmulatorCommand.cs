using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Serves the RunPod lookalike until Ctrl-C, which is how it is meant to end.</summary>
internal sealed class EmulatorCommand(CommandContext context)
{
    public async Task<int> RunAsync(EmulatorRequest request, CancellationToken cancellationToken)
    {
        context.LoadSettings(SettingSource.From("command line", []));
        await context.Head.ServeEmulatorAsync(
            WithFullPath(request),
            address => context.Terminal.Output.Line(
                $"RunPod emulator: RUNPOD_ENDPOINT={address} RUNPOD_API_KEY=any. Ctrl-C ends it."),
            context.Loggers,
            cancellationToken);
        return ExitCode.Success;
    }

    private EmulatorRequest WithFullPath(EmulatorRequest request)
    {
        if (request.FaultsFile is not { } faults) return request;
        var path = Path.GetFullPath(faults, context.Directory);
        return File.Exists(path)
            ? request with { FaultsFile = path }
            : throw CommandFailedException.Usage(
                $"--faults is \"{faults}\", which does not exist", "Allowed: a file of faults.");
    }
}
