using System.CommandLine;
using Serverless.Agent.Checkpoints;
using Serverless.Agent.Exec;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout agent</c> and <c>fanout spot-monitor</c>.</summary>
internal static class AgentGrammar
{
    private const int MaxSeconds = 86_400;

    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "agent", "Work beside a worker in an interruptible pod: take jobs from fanout serve",
            "fanout agent --coordinator https://fanout.example.com --worker \"python handler.py\"",
            "fanout agent --worker http://127.0.0.1:8000/runsync --serve \"python handler.py --rp_serve_api\" --probe http://127.0.0.1:8000/health",
            "fanout agent exec --checkpoint-dir checkpoints --store s3://bucket/run-1 -- python train.py --resume={checkpoint}")
        {
            CreateExec(context),
        };
        new LeaseGrammar(command).SetAction(command, context);
        return command;
    }

    public static Command CreateSpotMonitor(CommandContext context)
    {
        var command = new ExampleCommand(
            "spot-monitor", "Show the provider's notices of interruption as they come", "fanout spot-monitor",
            "fanout spot-monitor --provider aws");
        var provider = SupervisionGrammar.Provider();
        var metadata = SupervisionGrammar.Metadata();
        command.Add(provider);
        command.Add(metadata);
        command.SetAction((result, cancellation) => new SpotMonitorCommand(context).RunAsync(
            result.GetValue(provider) ?? default, result.GetValue(metadata), cancellation));
        return command;
    }

    private static ExampleCommand CreateExec(CommandContext context)
    {
        var command = new ExampleCommand(
            "exec", "Keep a command alive and its checkpoints safe, from machine to machine",
            "fanout agent exec --checkpoint-dir checkpoints --store s3://bucket/run-1 -- python train.py --resume={checkpoint}",
            "fanout agent exec --checkpoint-dir out --store /volume/run-1 --watch-output -- ./train.sh");
        var words = new CommandArgument();
        var folder = OptionValues.Text(
            "--checkpoint-dir", "DIR", "The folder that the command writes its checkpoints into; each file or folder in it is one",
            "a folder's path");
        folder.Required = true;
        var interval = OptionValues.Create<TimeSpan?>(
            "--upload-every", "TIME", "The shortest time between two uploads; default: upload on every change",
            "seconds from 0 to 86400, or a time such as 10m",
            text => Durations.Seconds(text) is >= 0 and <= MaxSeconds and var seconds ? TimeSpan.FromSeconds(seconds) : null);
        var keep = OptionValues.Whole("--keep", "N", "How many of the newest checkpoints the store keeps; default: 3", 1, 1_000);
        var settle = OptionValues.Seconds(
            "--settle", "How long a checkpoint must not have changed before it counts as whole; default: 5", MaxSeconds);
        command.Add(words);
        foreach (var option in new Option[] { folder, interval, keep, settle }) command.Add(option);
        var stores = new SettingOptions(command).CheckpointStore();
        var supervision = new SupervisionGrammar(command);
        command.SetAction((result, cancellation) => new AgentExecCommand(context).RunAsync(
            stores.Bind(result),
            settings =>
            {
                var standard = new CheckpointOptions { Folder = Path.GetFullPath(result.GetValue(folder)!, context.Directory) };
                return new ExecOptions
                {
                    Command = result.GetRequiredValue(words),
                    Checkpoints = standard with
                    {
                        UploadInterval = result.GetValue(interval) ?? standard.UploadInterval,
                        Keep = result.GetValue(keep) ?? standard.Keep,
                        Settle = result.GetValue(settle) ?? standard.Settle,
                    },
                    Supervision = supervision.Bind(result, context.Directory, settings),
                };
            },
            cancellation));
        return command;
    }
}

/// <summary>A command to run and its arguments, which may look like options.</summary>
internal sealed class CommandArgument : Argument<string[]>
{
    public CommandArgument()
        : base("COMMAND")
    {
        Description = "The command and its arguments, after --; {checkpoint} stands for the path of what to go on from";
        Arity = ArgumentArity.OneOrMore;
    }
}
