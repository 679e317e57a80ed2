using System.CommandLine;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout enqueue</c> and <c>fanout queue</c>.</summary>
internal static class QueueGrammar
{
    public static Command Enqueue(CommandContext context)
    {
        var command = new ExampleCommand(
            "enqueue", "Leave a run to a host and its pods", "fanout enqueue flashpoints.json",
            "fanout enqueue flashpoints.json --work-id etl-1 --force");
        var file = RunGrammar.File();
        var workId = OptionValues.RunId("--work-id");
        var force = new Option<bool>("--force") { Description = "Run all of it again when it has ended" };
        var host = OptionValues.Create<Uri?>(
            "--coordinator", "URL", "Where the host listens; default: COORDINATOR_URL, else LISTEN_URL", "an http:// or https:// URL",
            text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null);
        command.Add(file);
        command.Add(workId);
        command.Add(force);
        command.Add(host);
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) => new EnqueueCommand(context).RunAsync(
            new EnqueueOptions
            {
                File = result.GetRequiredValue(file),
                WorkId = result.GetValue(workId),
                Force = result.GetValue(force),
                Host = result.GetValue(host),
                CommandLine = settings.Bind(result),
            },
            cancellation));
        return command;
    }

    public static Command Queue(CommandContext context)
    {
        var command = new ExampleCommand("queue", "Show the queue of pods: depth, running, oldest, each pod", "fanout queue");
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) => new QueueCommand(context).RunAsync(settings.Bind(result), cancellation));
        return command;
    }
}
