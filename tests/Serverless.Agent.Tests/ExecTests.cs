using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>The sample training under the real command, in processes that are really killed.</summary>
public sealed class ExecTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Training Training => new(_folder.File("store"), _folder.File("journal"), _folder.File("result.json"));

    public void Dispose() => _folder.Dispose();

    [PythonFact]
    public async Task Exec_InterruptedTenTimesOnNewMachines_EndsAsUndisturbedAndLosesAtMostOneIntervalEach()
    {
        var undisturbed = await UndisturbedAsync();
        for (var life = 1; life <= 10; life++)
        {
            var pauseAt = (life * 90) + (life % 3);
            using var machine = new TrainedMachine(Training, pauseAt);
            await machine.WhenSays($"paused at step {pauseAt}");
            if (life % 2 == 0)
            {
                (await machine.AskToEndAsync()).ShouldBe(0, machine.Said);
                continue;
            }

            await machine.WhenSays($"Checkpoint uploaded: {NameAt(pauseAt - (pauseAt % TrainedMachine.Interval))}");
            await machine.TakeAwayAsync();
        }

        using var last = new TrainedMachine(Training, pauseAt: 0);
        (await last.ExitAsync()).ShouldBe(0, last.Said);

        File.ReadAllText(Training.Result).ShouldBe(undisturbed);
        var lives = Enumerable.Range(1, 10).Where(life => life % 2 == 1).Select(life => (life * 90) + (life % 3));
        LossesOf(File.ReadAllLines(Training.Journal).Select(int.Parse)).ShouldBe(
            lives.Select(step => step % TrainedMachine.Interval), "those that were asked to end lost nothing");
    }

    [PythonFact]
    public async Task Exec_AskedToEnd_LosesNoStep()
    {
        using (var machine = new TrainedMachine(Training, pauseAt: 77))
        {
            await machine.WhenSays("paused at step 77");
            (await machine.AskToEndAsync()).ShouldBe(0, machine.Said);
            machine.Said.ShouldContain("Checkpoint uploaded: step-000077.json");
        }

        using var next = new TrainedMachine(Training, pauseAt: 0);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        next.Said.ShouldContain("going on from step 77");
        File.ReadAllLines(Training.Journal).Select(int.Parse).ShouldBe(Enumerable.Range(1, TrainedMachine.Steps));
    }

    [PythonFact]
    public async Task Exec_NewestCheckpointIsCorrupt_GoesOnFromTheOneBeforeAndSaysSo()
    {
        using (var machine = new TrainedMachine(Training, pauseAt: 120))
        {
            await machine.WhenSays("paused at step 120");
            await machine.WhenSays("Checkpoint uploaded: step-000100.json");
            await machine.AskToEndAsync();
        }

        var newest = Directory.GetDirectories(Path.Combine(Training.Store, "checkpoints")).Max(StringComparer.Ordinal)!;
        var block = Directory.GetFiles(Path.Combine(newest, "blocks")).Single();
        File.WriteAllText(block, File.ReadAllText(block).Replace("\"step\": 120", "\"step\": 999", StringComparison.Ordinal));

        using var next = new TrainedMachine(Training, pauseAt: 0);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        next.Said.ShouldContain("is not used: block ");
        next.Said.ShouldContain("has another digest than it had. The one before is tried");
        next.Said.ShouldContain("going on from step 100");
        File.ReadAllText(Training.Result).ShouldBe(await UndisturbedAsync());
    }

    [PythonFact]
    public Task Exec_StartedWhileAnotherMachineTrains_StopsThatOne() => Succession.CheckAsync(Training, _folder);

    /// <summary>How many steps were done again after each interruption.</summary>
    private static IEnumerable<int> LossesOf(IEnumerable<int> journal)
    {
        var last = 0;
        foreach (var step in journal)
        {
            if (step <= last) yield return last - step + 1;
            last = step;
        }
    }

    private static string NameAt(int step) => $"step-{step:000000}.json";

    private Task<string> UndisturbedAsync() => TrainedMachine.UndisturbedAsync(_folder.Path);
}
