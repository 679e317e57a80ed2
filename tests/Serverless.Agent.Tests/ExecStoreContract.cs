using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>What <c>fanout agent exec</c>, as a real process that is really killed, has to do with every store over the network. A
/// store's tests derive from it.</summary>
public abstract class ExecStoreContract : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The store under test, empty.</summary>
    protected abstract string Store { get; }

    /// <summary>The command that knows the store.</summary>
    protected virtual string Program => "fanout.dll";

    /// <summary>What the environment says of the store.</summary>
    protected abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>What nobody may read in what the agent says.</summary>
    protected abstract string Secret { get; }

    private Training Training => new(Store, _folder.File("journal"), _folder.File("result.json"))
    {
        Program = Program,
        Environment = names =>
        {
            foreach (var (name, value) in Settings) names[name] = value;
        },
    };

    public virtual void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [PythonFact]
    public Task Exec_StartedWhileAnotherMachineTrains_StopsThatOne() => Succession.CheckAsync(Training, _folder);

    [PythonFact]
    public async Task Exec_KilledWithItsMachine_GoesOnOnTheNextFromTheNewestCheckpoint()
    {
        using (var machine = new TrainedMachine(Training, pauseAt: 130))
        {
            await machine.WhenSays("paused at step 130");
            await machine.WhenSays("Checkpoint uploaded: step-000100.json");
            await machine.TakeAwayAsync();
            machine.Said.ShouldNotContain(Secret);
        }

        using var next = new TrainedMachine(Training, pauseAt: 0);
        (await next.ExitAsync()).ShouldBe(0, next.Said);

        next.Said.ShouldContain("going on from step 100");
        next.Said.ShouldNotContain(Secret);
        File.ReadAllText(Training.Result).ShouldBe(await TrainedMachine.UndisturbedAsync(_folder.Path));
    }
}
