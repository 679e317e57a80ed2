using System.Diagnostics;
using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests.Sdk;

/// <summary>RunPod's own JavaScript SDK, as npm has it, against the emulator as a program.</summary>
public sealed class RunPodSdkTests
{
    // Generous: a first installation comes over the network.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [NodeFact]
    public async Task Sdk_PointedAtTheEmulator_RunsStreamsCancelsAndPurges()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(
            folder.Path, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline", "--fetch-retries=6",
            "--prefix", folder.Path, "runpod-sdk@~1.1.0");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "drive.mjs"), folder.File("drive.mjs"));
        using var emulator = await EmulatorProcess.StartAsync(
            folder.Path, "--workers-max", "1", "--seconds-per-flashpoint", "0.5");

        var output = await RunAsync(
            folder.Path, NodeFactAttribute.Node, "drive.mjs", emulator.BaseUrl, emulator.EndpointId);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["runSync", "run", "stream", "status", "health", "purgeQueue", "cancel"]);
        (await emulator.StatisticsAsync()).GetProperty("jobs_open").GetInt32().ShouldBe(0);
    }

    /// <summary>Runs a program to its good end and gives its standard output.</summary>
    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var streams = (Output: process.StandardOutput.ReadToEndAsync(), Errors: process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Patience}: {await streams.Output}{await streams.Errors}");
        }

        process.ExitCode.ShouldBe(0, $"{program} {arguments[0]}: {await streams.Output}{await streams.Errors}");
        return await streams.Output;
    }
}
