using System.Diagnostics;

namespace Serverless.Benchmarks;

/// <summary>Every figure that has a goal, one after another, each in a process of its own.</summary>
internal static class Goals
{
    private static readonly string[] Commands =
    [
        "compare --n 10000 --work http --warm 8",
        "compare --n 10000 --work noop --warm 8",
        "compare --n 1000 --work http --delay-ms 200 --repeat 3",
        "single --n 200 --warm 8",
        "burst --n 1000 --warm 5",
        "linear --n 10000 --repeat 3 --warm 1",
        "pending --n 100000",
        "children --n 10000 --repeat 3 --warm 1",
        "fan-out --n 10000 --work http",
        "recover --n 50000",
        "sleeping --n 10000",
        "kill --n 2000",
        "purge --n 10000",
        "pace --factor 10 --repeat 3",
        "large",
        "queue",
    ];

    /// <returns>The first exit code that is not 0, or 0.</returns>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        arguments.RefuseOthers();
        var worst = 0;
        foreach (var command in Commands)
        {
            var info = new ProcessStartInfo("dotnet");
            info.ArgumentList.Add(typeof(Goals).Assembly.Location);
            foreach (var word in command.Split(' ')) info.ArgumentList.Add(word);
            using var process = Process.Start(info)!;
            await process.WaitForExitAsync();
            if (worst == 0) worst = process.ExitCode;
        }

        return worst;
    }
}
