using System.CommandLine;
using Serverless.Agent.Exec;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout agent</c> and <c>fanout spot-monitor</c>.</summary>
internal static class AgentGrammar
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "agent", "Work beside a worker in an interruptible pod: take jobs from fanout serve",
            "fanout agent --coordinator https://fanout.example.com --worker \"python handler.py\"",
            "fanout agent --worker http://127.0.0.1:8000/runsync --serve \"python handler.py --rp_serve_api\"",
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
        var checkpoints = new CheckpointGrammar(
            command, "The folder that the command writes its checkpoints into; each file or folder in it is one");
        command.Add(words);
        var supervision = new SupervisionGrammar(command);
        command.SetAction((result, cancellation) => new AgentExecCommand(context).RunAsync(
            checkpoints.BindStore(result),
            () => new ExecOptions
            {
                Command = result.GetRequiredValue(words),
                Checkpoints = checkpoints.Bind(result, context.Directory)
                    ?? throw CommandFailedException.Usage("--checkpoint-dir is missing", "fanout agent exec --help shows what is allowed."),
                Supervision = supervision.Bind(result, context.Directory),
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
