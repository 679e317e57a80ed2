using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>A provider may start the next machine before the last is gone: both train into one store.</summary>
internal static class Succession
{
    /// <summary>The one that started last has it, the other ends, and nothing that it does late counts.</summary>
    public static async Task CheckAsync(Training training, TemporaryFolder folder)
    {
        // Slow enough to be still at it when the other has begun, however busy this machine is.
        using var old = new TrainedMachine(training with { SecondsPerStep = 0.1, Result = folder.File("nothing") }, pauseAt: 0);
        await old.WhenSays("Checkpoint uploaded: step-000050.json");
        using var next = new TrainedMachine(training, pauseAt: 0);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        (await old.ExitAsync()).ShouldBe(4, old.Said);

        old.Said.ShouldContain(" took the store over at ");
        old.Said.ShouldContain("this one uploads nothing more and stops");
        next.Said.ShouldContain("going on from step ");
        File.ReadAllText(training.Result).ShouldBe(await TrainedMachine.UndisturbedAsync(folder.Path));
        using var third = new TrainedMachine(training with { Result = folder.File("again") }, pauseAt: 0);
        (await third.ExitAsync()).ShouldBe(0, third.Said);
        third.Said.ShouldContain($"going on from step {TrainedMachine.Steps}", customMessage: "nothing late counts as newer");
    }
}
