using System.CommandLine;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;
using Serverless.Protocol;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout enqueue</c>, <c>fanout queue</c> and <c>fanout pod</c>.</summary>
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
        var host = Host();
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

    public static Command Pod(CommandContext context) =>
        new ExampleCommand("pod", "Order a pod to finish or to give back its work", "fanout pod drain gpu/h5b2")
        {
            Order(context, WorkCommand.Drain, "drain", "Have a pod finish what it holds and take nothing more; its agent ends then"),
            Order(context, WorkCommand.Stop, "stop", "Have a pod give back what it holds and take nothing more; its agent ends at once"),
        };

    private static ExampleCommand Order(CommandContext context, WorkCommand order, string name, string description)
    {
        var command = new ExampleCommand(name, description, $"fanout pod {name} gpu/h5b2", $"fanout pod {name} gpu/h5b2 --undo");
        var pod = new Argument<string>("POD") { Description = "The pod, as fanout queue lists it" };
        pod.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !IsPod(text))
                result.AddError($"POD is \"{text}\". Allowed: KEY-NAME/POD, as fanout queue lists it.");
        });
        var undo = new Option<bool>("--undo") { Description = "Take the order back: the pod may have work again" };
        var host = Host();
        command.Add(pod);
        command.Add(undo);
        command.Add(host);
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) => new PodCommand(context).RunAsync(
            new PodOptions
            {
                Pod = result.GetRequiredValue(pod),
                Order = result.GetValue(undo) ? WorkCommand.Continue : order,
                Host = result.GetValue(host),
                CommandLine = settings.Bind(result),
            },
            cancellation));
        return command;
    }

    private static bool IsPod(string text) => text.Split('/') is [{ Length: > 0 }, { Length: > 0 }];

    private static Option<Uri?> Host() => OptionValues.Create<Uri?>(
        "--coordinator", "URL", "Where the host listens; default: COORDINATOR_URL, else LISTEN_URL", "an http:// or https:// URL",
        text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null);
}
