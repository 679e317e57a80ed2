using System.CommandLine;
using System.Globalization;
using Serverless.Cli.Commands;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Core.Pricing;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout plan</c>.</summary>
internal static class PlanGrammar
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "plan", "Show the chunks of a run without running anything",
            "fanout plan flashpoints.json --workers 8 --seconds-per-flashpoint 600",
            "fanout plan flashpoints.json --spot --gpu L40S --interruptible-price 0.0003 --seconds-per-flashpoint 600");
        var file = RunGrammar.File();
        var chunkSize = OptionValues.ChunkSize();
        var by = OptionValues.By();
        var perFlashpoint = OptionValues.Seconds(
            "--seconds-per-flashpoint", "How long a flashpoint takes, to expect a time; default: as in the last run like it", 604_800);
        var coldStart = OptionValues.Seconds("--cold-start", "How long a worker takes to start; default: 45", 3_600);
        var idle = OptionValues.Seconds("--idle", "How long a worker is billed after its last job; default: 5", 3_600);
        var interruptible = OptionValues.Create<decimal?>(
            "--interruptible-price", "DOLLARS", "A second of a worker that may be taken away; default: the table's, if it has one",
            $"dollars per second, above 0 and up to {GpuPriceTable.MaxPerSecond}", text => PriceOf(text));
        var interruptions = OptionValues.Create<double?>(
            "--interruptions-per-hour", "N", "How often such a worker is taken away; default: 0", "a number from 0 to 60",
            text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var often) && often <= 60
                ? often
                : null);
        var spot = new SpotOptions();
        command.Add(file);
        var settings = new SettingOptions(command).Workers().Gpu();
        command.Add(chunkSize);
        command.Add(by);
        foreach (var option in new Option[] { perFlashpoint, coldStart, idle, interruptible, interruptions }) command.Add(option);
        spot.AddTo(command);
        settings.State();
        command.SetAction((result, cancellation) => new PlanCommand(context).RunAsync(
            new PlanOptions
            {
                File = result.GetRequiredValue(file),
                ChunkSize = result.GetValue(chunkSize),
                By = result.GetValue(by) ?? ChunkBy.Even,
                PerFlashpoint = result.GetValue(perFlashpoint),
                ColdStart = result.GetValue(coldStart),
                Idle = result.GetValue(idle),
                InterruptiblePrice = result.GetValue(interruptible),
                InterruptionsPerHour = result.GetValue(interruptions) ?? 0,
                Spot = spot.Bind(result),
                CommandLine = settings.Bind(result),
            },
            cancellation));
        return command;
    }

    private static decimal? PriceOf(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
        && price is > 0 and <= GpuPriceTable.MaxPerSecond
            ? price
            : null;
}
