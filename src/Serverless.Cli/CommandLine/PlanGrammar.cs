using System.CommandLine;
using Serverless.Cli.Commands;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout plan</c>.</summary>
internal static class PlanGrammar
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "plan", "Show the chunks of a run without running anything",
            "fanout plan flashpoints.json --workers 8 --seconds-per-flashpoint 600");
        var file = RunGrammar.File();
        var chunkSize = OptionValues.ChunkSize();
        var by = OptionValues.By();
        var perFlashpoint = OptionValues.Seconds(
            "--seconds-per-flashpoint", "How long a flashpoint takes, to expect a time", 604_800);
        command.Add(file);
        var settings = new SettingOptions(command).Workers();
        command.Add(chunkSize);
        command.Add(by);
        command.Add(perFlashpoint);
        command.SetAction((result, cancellation) => new PlanCommand(context).RunAsync(
            new PlanOptions
            {
                File = result.GetRequiredValue(file),
                ChunkSize = result.GetValue(chunkSize),
                By = result.GetValue(by) ?? ChunkBy.Even,
                PerFlashpoint = result.GetValue(perFlashpoint),
                CommandLine = settings.Bind(result),
            },
            cancellation));
        return command;
    }
}
