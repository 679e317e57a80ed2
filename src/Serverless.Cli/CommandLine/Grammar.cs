using System.CommandLine;
using System.CommandLine.Help;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed, and which command each line means.</summary>
internal static class Grammar
{
    public static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand(
            "Fans a list of flashpoints out over RunPod workers and brings every result back in order.")
        {
            RunGrammar.Create(context),
            Follow(
                new("resume", "Go on with a run after a stop or a crash", "fanout resume", "fanout resume etl-1"),
                ArgumentArity.ZeroOrOne, new ResumeCommand(context).RunAsync),
            Retry(context),
            OneRun(
                new("cancel", "Cancel a run and its RunPod jobs", "fanout cancel etl-1"),
                new CancelCommand(context).RunAsync),
            Runs(context),
            OneRun(new("show", "Show a run and its chunks", "fanout show etl-1"), new ShowCommand(context).RunAsync),
            Jobs(context),
            Results(context),
            Purge(context),
            PlanGrammar.Create(context),
            AlertsGrammar.Create(context),
            ServeGrammar.Create(context),
            QueueGrammar.Enqueue(context),
            QueueGrammar.Queue(context),
            QueueGrammar.Pod(context),
            EmulatorGrammar.Create(context),
            AgentGrammar.Create(context),
            AgentGrammar.CreateSpotMonitor(context),
        };
        root.HelpName = "fanout";
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples(
            (HelpAction)help.Action!,
            ["fanout run samples/flashpoints.json --out results.json", "fanout run - --workers 8 < flashpoints.jsonl"]);
        root.Options.OfType<VersionOption>().Single().Action = new VersionText();
        return root;
    }

    /// <summary>The argument that every command about a run takes.</summary>
    private static Argument<string?> RunArgument(ArgumentArity arity, string? description = null) => new("RUN")
    {
        Description = description ?? (arity.MinimumNumberOfValues == 0
            ? "The run's id; default: the one run that has not ended"
            : "The run's id"),
        Arity = arity,
        Validators =
        {
            result =>
            {
                if (result.Tokens is [{ Value: var id }] && string.IsNullOrWhiteSpace(id))
                    result.AddError("RUN is blank. Allowed: a run's id, as fanout runs lists them.");
            },
        },
    };

    private static ExampleCommand Retry(CommandContext context) => Follow(
        new("retry", "Run what is null in a run again", "fanout retry etl-1 --out results.json"),
        ArgumentArity.ExactlyOne, new RetryCommand(context).RunAsync,
        LimitOptions.MaxCost("What this retry may cost; default: as much as the run"));

    private static ExampleCommand Follow(
        ExampleCommand command, ArgumentArity arity, Func<FollowOptions, CancellationToken, Task<int>> run,
        Option<decimal?>? maxCost = null)
    {
        var id = RunArgument(arity);
        command.Add(id);
        var delivery = new DeliveryOptions(command, withProgress: true);
        var settings = new SettingOptions(command).State();
        if (maxCost is not null)
        {
            command.Add(maxCost);
            settings.Gpu();
        }

        command.SetAction((result, cancellation) => run(
            new FollowOptions
            {
                Run = result.GetValue(id),
                MaxCost = maxCost is null ? null : result.GetValue(maxCost),
                Delivery = delivery.Bind(result),
                CommandLine = settings.Bind(result),
            },
            cancellation));
        return command;
    }

    private static ExampleCommand OneRun(
        ExampleCommand command, Func<OneRunOptions, CancellationToken, Task<int>> run)
    {
        var id = RunArgument(ArgumentArity.ExactlyOne);
        command.Add(id);
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) =>
            run(new OneRunOptions(result.GetRequiredValue(id)!, settings.Bind(result)), cancellation));
        return command;
    }

    private static ExampleCommand Runs(CommandContext context)
    {
        var command = new ExampleCommand("runs", "List the runs, newest first", "fanout runs");
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) =>
            new RunsCommand(context).RunAsync(settings.Bind(result), cancellation));
        return command;
    }

    private static ExampleCommand Jobs(CommandContext context)
    {
        var command = new ExampleCommand(
            "jobs", "List the jobs that were submitted and have not been seen to end", "fanout jobs", "fanout jobs --cancel etl-1");
        var id = RunArgument(ArgumentArity.ZeroOrOne, "The run's id; default: all runs");
        var cancel = new Option<bool>("--cancel") { Description = "Cancel those that nobody watches, until that is confirmed" };
        command.Add(id);
        command.Add(cancel);
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) => new JobsCommand(context).RunAsync(
            new JobsOptions(result.GetValue(id), result.GetValue(cancel), settings.Bind(result)), cancellation));
        return command;
    }

    private static ExampleCommand Results(CommandContext context)
    {
        var command = new ExampleCommand(
            "results", "Write the results of a run", "fanout results etl-1 --out results.csv",
            "fanout results etl-1 --format jsonl | head");
        var id = RunArgument(ArgumentArity.ExactlyOne);
        command.Add(id);
        var delivery = new DeliveryOptions(command, withProgress: false);
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) => new ResultsCommand(context).RunAsync(
            new ResultsOptions
            {
                Run = result.GetRequiredValue(id)!,
                Delivery = delivery.Bind(result),
                CommandLine = settings.Bind(result),
            },
            cancellation));
        return command;
    }

    private static ExampleCommand Purge(CommandContext context)
    {
        var command = new ExampleCommand("purge", "Delete a run and its results", "fanout purge etl-1 --yes");
        var id = RunArgument(ArgumentArity.ExactlyOne);
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        command.Add(id);
        command.Add(yes);
        var settings = new SettingOptions(command).State();
        command.SetAction((result, cancellation) => new PurgeCommand(context).RunAsync(
            new PurgeOptions(result.GetRequiredValue(id)!, result.GetValue(yes), settings.Bind(result)), cancellation));
        return command;
    }
}
