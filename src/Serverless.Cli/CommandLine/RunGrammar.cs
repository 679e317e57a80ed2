using System.CommandLine;
using Serverless.Cli.Commands;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout run</c>.</summary>
internal static class RunGrammar
{
    public static Argument<string> File() => new("FILE")
    {
        Description = "The flashpoints: a JSON array or JSON lines; - is standard input",
        Arity = ArgumentArity.ExactlyOne,
    };

    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "run", "Run flashpoints and wait for their results",
            "fanout run flashpoints.json --out results.json",
            "fanout run flashpoints.json --workers 8 --endpoint abc123 --timeout 90m",
            "cat flashpoints.jsonl | fanout run - --out - --format jsonl");
        var file = File();
        var date = OptionValues.Date();
        var runId = OptionValues.RunId();
        var chunkSize = OptionValues.ChunkSize();
        var by = OptionValues.By();
        command.Add(file);
        var settings = new SettingOptions(command).Workers();
        command.Add(date);
        command.Add(runId);
        command.Add(chunkSize);
        command.Add(by);
        settings.Backend().Endpoint().Gpu();
        var limits = new LimitOptions(command);
        var force = new Option<bool>("--force") { Description = "Run all of it again when it has ended" };
        var noCleanup = new Option<bool>("--no-cleanup")
        {
            Description = "Workers leave what they made; with --force the old results stay until there are new ones",
        };
        command.Add(force);
        command.Add(noCleanup);
        var delivery = new DeliveryOptions(command, withProgress: true);
        settings.MaxAttempts().Timeout().State();
        command.SetAction((result, cancellation) => new RunCommand(context).RunAsync(
            new RunOptions
            {
                File = result.GetRequiredValue(file),
                Date = result.GetValue(date),
                RunId = result.GetValue(runId),
                ChunkSize = result.GetValue(chunkSize),
                By = result.GetValue(by) ?? ChunkBy.Even,
                Limits = limits.Bind(result),
                Force = result.GetValue(force),
                Cleanup = !result.GetValue(noCleanup),
                Delivery = delivery.Bind(result),
                CommandLine = settings.Bind(result),
            },
            cancellation));
        return command;
    }
}
