using System.CommandLine;
using Serverless.Cli.Commands;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout emulator</c>.</summary>
internal static class EmulatorGrammar
{
    private const int DefaultMaxWorkers = 4;

    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "emulator", "Serve a RunPod lookalike on this machine", "fanout emulator --port 8000",
            "fanout emulator --port 8000 --worker \"python handler.py\" --workers-max 8 --cold-start 5");
        var port = OptionValues.Whole("--port", "P", "The port; 0 is any free one", 0, 65_535);
        port.Required = true;
        var worker = OptionValues.Text(
            "--worker", "COMMAND", "The program that handles jobs; default: the sample worker", "a command line");
        var workersMax = OptionValues.Whole(
            "--workers-max", "N", $"How many jobs run at once; default: {DefaultMaxWorkers}", 1, 10_000);
        var coldStart = OptionValues.Seconds("--cold-start", "How long a worker takes to start; default: 0", 3_600);
        var faults = OptionValues.Text("--faults", "FILE", "Faults to inject", "a file's path");
        var perFlashpoint = OptionValues.Seconds(
            "--seconds-per-flashpoint", "How long the sample worker takes over a flashpoint at least", 604_800);
        var retention = OptionValues.Seconds(
            "--retention", "How long the result of a job is kept after its end; default: 1800", 604_800);
        var resultLimit = OptionValues.Whole(
            "--result-limit", "BYTES", "An output longer than this is lost; default: 20971520", 0, int.MaxValue);
        var dormantAfter = OptionValues.Seconds(
            "--dormant-after", "How long without a job until all workers are taken away; default: never", 604_800);
        foreach (var option in new Option[]
        {
            port, worker, workersMax, coldStart, faults, perFlashpoint, retention, resultLimit, dormantAfter,
        }) command.Add(option);
        command.SetAction((result, cancellation) => new EmulatorCommand(context).RunAsync(
            new EmulatorRequest
            {
                Port = result.GetRequiredValue(port)!.Value,
                Worker = result.GetValue(worker),
                MaxWorkers = result.GetValue(workersMax) ?? DefaultMaxWorkers,
                ColdStart = result.GetValue(coldStart) ?? TimeSpan.Zero,
                FaultsFile = result.GetValue(faults),
                TimePerFlashpoint = result.GetValue(perFlashpoint),
                ResultRetention = result.GetValue(retention),
                ResultLimit = result.GetValue(resultLimit),
                DormantAfter = result.GetValue(dormantAfter),
            },
            cancellation));
        return command;
    }
}
