using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>The sample training under the real command, in processes that are really killed.</summary>
public sealed class ExecTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Store => _folder.File("store");

    private string Journal => _folder.File("journal");

    private string Result => _folder.File("result.json");

    public void Dispose() => _folder.Dispose();

    [PythonFact]
    public async Task Exec_InterruptedTenTimesOnNewMachines_EndsAsUndisturbedAndLosesAtMostOneIntervalEach()
    {
        var undisturbed = await UndisturbedAsync();
        for (var life = 1; life <= 10; life++)
        {
            var pauseAt = (life * 90) + (life % 3);
            using var machine = new TrainedMachine(Store, Journal, Result, pauseAt);
            await machine.WhenSays($"paused at step {pauseAt}");
            if (life % 2 == 0)
            {
                (await machine.AskToEndAsync()).ShouldBe(0, machine.Said);
                continue;
            }

            await machine.WhenSays($"Checkpoint uploaded: {NameAt(pauseAt - (pauseAt % TrainedMachine.Interval))}");
            await machine.TakeAwayAsync();
        }

        using var last = new TrainedMachine(Store, Journal, Result, pauseAt: 0);
        (await last.ExitAsync()).ShouldBe(0, last.Said);

        File.ReadAllText(Result).ShouldBe(undisturbed);
        var lives = Enumerable.Range(1, 10).Where(life => life % 2 == 1).Select(life => (life * 90) + (life % 3));
        LossesOf(File.ReadAllLines(Journal).Select(int.Parse)).ShouldBe(
            lives.Select(step => step % TrainedMachine.Interval), "those that were asked to end lost nothing");
    }

    [PythonFact]
    public async Task Exec_AskedToEnd_LosesNoStep()
    {
        using (var machine = new TrainedMachine(Store, Journal, Result, pauseAt: 77))
        {
            await machine.WhenSays("paused at step 77");
            (await machine.AskToEndAsync()).ShouldBe(0, machine.Said);
            machine.Said.ShouldContain("Checkpoint uploaded: step-000077.json");
        }

        using var next = new TrainedMachine(Store, Journal, Result, pauseAt: 0);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        next.Said.ShouldContain("going on from step 77");
        File.ReadAllLines(Journal).Select(int.Parse).ShouldBe(Enumerable.Range(1, TrainedMachine.Steps));
    }

    [PythonFact]
    public async Task Exec_NewestCheckpointIsCorrupt_GoesOnFromTheOneBeforeAndSaysSo()
    {
        using (var machine = new TrainedMachine(Store, Journal, Result, pauseAt: 120))
        {
            await machine.WhenSays("paused at step 120");
            await machine.WhenSays("Checkpoint uploaded: step-000100.json");
            await machine.AskToEndAsync();
        }

        var newest = Directory.GetDirectories(Path.Combine(Store, "checkpoints")).Max(StringComparer.Ordinal)!;
        var block = Directory.GetFiles(Path.Combine(newest, "blocks")).Single();
        File.WriteAllText(block, File.ReadAllText(block).Replace("\"step\": 120", "\"step\": 999", StringComparison.Ordinal));

        using var next = new TrainedMachine(Store, Journal, Result, pauseAt: 0);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        next.Said.ShouldContain("is not used: block ");
        next.Said.ShouldContain("has another digest than it had. The one before is tried");
        next.Said.ShouldContain("going on from step 100");
        File.ReadAllText(Result).ShouldBe(await UndisturbedAsync());
    }

    [PythonFact]
    public async Task Exec_OnAStoreThatSpeaksS3_GoesOnOnTheNextMachine()
    {
        using var server = await S3Server.StartAsync();
        var store = $"s3://{S3Server.Bucket}/training/line";
        void Environment(IDictionary<string, string?> names)
        {
            names["S3_ENDPOINT"] = server.Address.AbsoluteUri;
            names["S3_ACCESS_KEY_ID"] = S3Server.Key;
            names["S3_SECRET_ACCESS_KEY"] = S3Server.Key;
        }

        using (var machine = new TrainedMachine(store, Journal, Result, pauseAt: 130, Environment))
        {
            await machine.WhenSays("paused at step 130");
            await machine.WhenSays("Checkpoint uploaded: step-000100.json");
            await machine.TakeAwayAsync();
            machine.Said.ShouldNotContain(S3Server.Key);
        }

        using var next = new TrainedMachine(store, Journal, Result, pauseAt: 0, Environment);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        next.Said.ShouldContain("going on from step 100");
        File.ReadAllText(Result).ShouldBe(await UndisturbedAsync());
    }

    [PythonFact]
    public Task Exec_StartedWhileAnotherMachineTrains_StopsThatOne() => SupersedeAsync(Store, environment: null);

    [PythonFact]
    public async Task Exec_StartedWhileAnotherMachineTrainsIntoS3_StopsThatOne()
    {
        using var server = await S3Server.StartAsync();
        await SupersedeAsync($"s3://{S3Server.Bucket}/training/line", names =>
        {
            names["S3_ENDPOINT"] = server.Address.AbsoluteUri;
            names["S3_ACCESS_KEY_ID"] = S3Server.Key;
            names["S3_SECRET_ACCESS_KEY"] = S3Server.Key;
        });
    }

    private async Task SupersedeAsync(string store, Action<IDictionary<string, string?>>? environment)
    {
        // Slow enough to be still at it when the other has begun, however busy this machine is.
        using var old = new TrainedMachine(store, Journal, _folder.File("nothing"), pauseAt: 0, environment, secondsPerStep: 0.1);
        await old.WhenSays("Checkpoint uploaded: step-000050.json");
        using var next = new TrainedMachine(store, Journal, Result, pauseAt: 0, environment);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        (await old.ExitAsync()).ShouldBe(4, old.Said);

        old.Said.ShouldContain(" took the store over at ");
        old.Said.ShouldContain("this one uploads nothing more and stops");
        next.Said.ShouldContain("going on from step ");
        File.ReadAllText(Result).ShouldBe(await UndisturbedAsync());
        using var third = new TrainedMachine(store, Journal, _folder.File("again"), pauseAt: 0, environment);
        (await third.ExitAsync()).ShouldBe(0, third.Said);
        third.Said.ShouldContain($"going on from step {TrainedMachine.Steps}", customMessage: "nothing late counts as newer");
    }

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

    private async Task<string> UndisturbedAsync()
    {
        var result = _folder.File("undisturbed.json");
        using var machine = new TrainedMachine(_folder.File("other-store"), _folder.File("other-journal"), result, pauseAt: 0);
        (await machine.ExitAsync()).ShouldBe(0, machine.Said);
        return File.ReadAllText(result);
    }
}
