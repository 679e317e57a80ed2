using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Serves until Ctrl-C or SIGTERM, which is how it is meant to end. Runs go on at the next start.</summary>
internal sealed class ServeCommand(CommandContext context)
{
    public async Task<int> RunAsync(SettingSource commandLine, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(commandLine);
        context.Log.Format = settings.LogFormat;
        await context.Head.ServeAsync(
            settings,
            (address, notice) =>
            {
                if (notice is not null) context.Log.Say(notice);
                context.Terminal.Output.Line(
                    $"Dashboard and API: {address.AbsoluteUri.TrimEnd('/')}  State: {settings.StateFolder}  Ctrl-C ends it.");
            },
            context.Loggers,
            cancellationToken);
        context.Log.Say("Stopped. Jobs go on where they are; the next start goes on with every run.");
        return ExitCode.Success;
    }
}
