using System.Text.Json.Serialization;

namespace Serverless.Simulation.Programs;

/// <summary>What an execution begins with.</summary>
/// <param name="Path">The child ops from the root to the instance's block.</param>
/// <param name="Generation">How many executions came before.</param>
/// <param name="Text">What those gave.</param>
/// <param name="Taken">The external events that those took, as <c>token@generation</c>.</param>
internal sealed record ExecutionInput(int[] Path, int Generation, string Text, string[] Taken)
{
    public static ExecutionInput OfRoot { get; } = new([], 0, "", []);
}

[JsonSerializable(typeof(ExecutionInput))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class SimulationJson : JsonSerializerContext;

/// <summary>The one orchestrator: interprets a block of a program.</summary>
internal sealed class Interpreter(ProgramTree program) : Orchestrator<ExecutionInput, string>
{
    public const string OrchestratorName = "Interpreter";
    public const string ActivityName = "Simulated";
    private const int LeftCall = -1;
    private const int LastCall = -2;
    private static readonly TimeSpan Far = TimeSpan.FromDays(1000);

    private readonly List<string> _taken = [];
    private OrchestrationContext _context = null!;
    private ExecutionInput _input = null!;

    public static Block BlockAt(ProgramTree program, IEnumerable<int> path) => path.Aggregate(
        program.Root,
        (block, id) => id == Ids.LeftBehind
            ? Block.LeftBehind
            : block.Own().OfType<Child>().First(child => child.Id == id).Body);

    public override async Task<string> RunAsync(OrchestrationContext context, ExecutionInput input)
    {
        (_context, _input) = (context, input);
        _taken.AddRange(input.Taken);
        var block = BlockAt(program, input.Path);
        var text = input.Text + await InOrder(block.Ops);
        if (input.Generation + 1 < block.Generations)
        {
            Leave(block.LeavesOpen);
            if (block.LeavesStarted) await Activity(LastCall, Outcome.Ok);
            context.ContinueAsNew(input with { Generation = input.Generation + 1, Text = text, Taken = [.. _taken] });
        }

        return text;
    }

    private async Task<string> InOrder(IReadOnlyList<Op> ops)
    {
        var text = "";
        foreach (var op in ops) text += await Run(op) + " ";
        return text;
    }

    private Task<string> Run(Op op) => op switch
    {
        Call { Outcome: Outcome.Fragile } call => Activity(call.Id, call.Outcome),
        Call call => Caught(call.Id, Activity(call.Id, call.Outcome)),
        Child child => RunChild(child),
        Wait wait => Timer(wait),
        Event e => Take(e.Id, default),
        Race race => RunRace(race),
        All all => InParallel(all.Ops),
        Sequence sequence => InOrder(sequence.Ops),
        Throw => Task.FromException<string>(new InvalidOperationException($"thrown by {op.Id}")),
        Endless { OnActivity: true } => Activity(op.Id, Outcome.Never),
        _ => _context.WaitForExternalEvent<string>("never"),
    };

    private async Task<string> InParallel(IReadOnlyList<Op> ops) =>
        $"[{string.Join(',', await Task.WhenAll(ops.Select(Run).ToList()))}]";

    private Task<string> Activity(int id, Outcome outcome)
    {
        RetryPolicy? retry = outcome is Outcome.Flaky or Outcome.Hopeless ? new(3, TimeSpan.FromSeconds(2), 2) : null;
        return _context.CallActivityAsync<string>(ActivityName, $"{id}.{_input.Generation}.{outcome}", retry);
    }

    private async Task<string> RunChild(Child child)
    {
        var first = await Caught(child.Id, child.IsCaught, StartChild(child.Id));
        return child.IsTwice ? $"{first}{await Caught(child.Id, StartChild(child.Id))}" : first;
    }

    private Task<string> StartChild(int id) => _context.CallSubOrchestratorAsync<string>(
        OrchestratorName,
        new ExecutionInput([.. _input.Path, id], 0, "", []),
        Ids.OfChild(_context.InstanceId, id, _input.Generation));

    private async Task<string> Timer(Wait wait)
    {
        var due = _context.CurrentUtcDateTime.AddSeconds(wait.Seconds);
        await _context.CreateTimer(due, CancellationToken.None);
        return _context.CurrentUtcDateTime >= due ? $"t{wait.Id}" : $"t{wait.Id} fired early";
    }

    /// <summary>An event's payload is <c>value#token</c>: the value is the program's, the token is that of the raise.</summary>
    private async Task<string> Take(int id, CancellationToken cancellation)
    {
        var payload = await _context.WaitForExternalEvent<string>(Ids.OfEvent(id, _input.Generation), cancellation);
        var parts = payload.Split('#');
        _taken.Add($"{parts[1]}@{_input.Generation}");
        _context.SetCustomStatus(_taken.ToArray());
        return parts[0];
    }

    private async Task<string> RunRace(Race race)
    {
        using var cancel = new CancellationTokenSource();
        Task<string> winner;
        Task loser;
        switch (race.Runners)
        {
            case Runners.EventAndFarTimer:
                (winner, loser) = (Take(race.Id, cancel.Token), _context.CreateTimer(Far, cancel.Token));
                break;
            case Runners.TimerAndNoEvent:
                winner = Timer(new Wait(race.Id, 7));
                loser = _context.WaitForExternalEvent<string>("never", cancel.Token);
                break;
            case Runners.CallAndFarTimer:
                winner = Caught(race.Id, Activity(race.Id, race.Id % 2 == 0 ? Outcome.Slow : Outcome.Fail));
                loser = _context.CreateTimer(Far, cancel.Token);
                break;
            case Runners.EventAndNoEvent:
                loser = _context.WaitForExternalEvent<string>("never", cancel.Token);
                winner = Take(race.Id, cancel.Token);
                break;
            default:
                return await RunOpenRace(race, cancel);
        }

        var first = await Task.WhenAny(winner, loser);
        Cancel(cancel);
        return first == winner ? $"r{race.Id}({await winner})" : $"r{race.Id} won by the loser";
    }

    private async Task<string> RunOpenRace(Race race, CancellationTokenSource cancel)
    {
        var call = Activity(race.Id, Outcome.Slow);
        var timer = _context.CreateTimer(TimeSpan.FromSeconds(3), cancel.Token);
        if (await Task.WhenAny(call, timer) == call) Cancel(cancel);
        return $"r{race.Id}";
    }

    /// <summary>Not the asynchronous way, which goes through the thread pool.</summary>
    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    private void Leave(LeftOpen open)
    {
        _ = open switch
        {
            LeftOpen.NeverEndingCall => Activity(LeftCall, Outcome.Never),
            LeftOpen.SlowCall => Activity(LeftCall, Outcome.Slow),
            LeftOpen.FarTimer => _context.CreateTimer(Far, CancellationToken.None),
            LeftOpen.NearTimer => _context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None),
            LeftOpen.Child => StartChild(Ids.LeftBehind),
            LeftOpen.EventWaiter => _context.WaitForExternalEvent<string>("never"),
            _ => Task.CompletedTask,
        };
    }

    private static Task<string> Caught(int id, Task<string> task) => Caught(id, isCaught: true, task);

    private static async Task<string> Caught(int id, bool isCaught, Task<string> task)
    {
        try
        {
            return await task;
        }
        catch (TaskFailedException) when (isCaught)
        {
            return $"!{id}";
        }
    }
}
