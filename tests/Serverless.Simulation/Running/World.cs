using Serverless.Engine.History;
using Serverless.Simulation.Programs;

namespace Serverless.Simulation.Running;

/// <summary>What activities act on. It outlives every engine, and watches that none calls for what has been done.</summary>
internal sealed class World
{
    private readonly Dictionary<string, int> _calls = [];
    private readonly Dictionary<string, (int Runs, int ToldBefore)> _runs = [];
    private readonly List<SlowCall> _slow = [];
    private Life _life = null!;

    private readonly bool _isReplaced;

    public World(ProgramTree program)
    {
        _isReplaced = program.IsReplaced;
        NeverEnds = program.Root.Everything().Any(op => op is Endless { OnActivity: true }) ||
            Blocks(program.Root).Any(block => block.LeavesOpen == LeftOpen.NeverEndingCall);
    }

    /// <summary>Whether some activity never ends, and so holds its slot for ever.</summary>
    public bool NeverEnds { get; }

    /// <summary>Whether what is fragile holds by now.</summary>
    public bool IsHealed { get; private set; }

    /// <summary>What an activity noticed; thrown, it would only look like the activity's failure.</summary>
    public string? Violation { get; private set; }

    public int SlowCalls => _slow.Count;

    /// <summary>A new engine has started; what the old one did is gone.</summary>
    public void Enter(Life life)
    {
        _life = life;
        _slow.Clear();
        ForgetRuns();
    }

    public void Heal() => IsHealed = true;

    /// <summary>From now on what failed may be called again.</summary>
    public void ForgetRuns() => _runs.Clear();

    public void ProgressSlowCall(int index)
    {
        var call = _slow[index];
        if (--call.Left > 0) return;
        _slow.RemoveAt(index);
        call.Done.SetResult();
    }

    public async Task<string> CallAsync(string instance, string input)
    {
        // An instance that was replaced may have asked for it, and nothing says so any more.
        if (!_isReplaced) NoteUnlessWanted(instance, input);
        var parts = input.Split('.');
        var calls = _calls[$"{instance} {input}"] = _calls.GetValueOrDefault($"{instance} {input}") + 1;
        var outcome = Enum.Parse<Outcome>(parts[2]);
        if (outcome is Outcome.Slow or Outcome.SlowFail or Outcome.Never) await SlowAsync(outcome, calls);
        var fails = outcome switch
        {
            Outcome.Fail or Outcome.SlowFail or Outcome.Hopeless => true,
            Outcome.Flaky => calls <= 2,
            Outcome.Fragile => !IsHealed,
            _ => false,
        };
        return fails ? throw new InvalidOperationException($"call {input} fails") : $"c{parts[0]}";
    }

    private void NoteUnlessWanted(string instance, string input)
    {
        try
        {
            CheckWanted(instance, input);
        }
        catch (SimulationFailure e)
        {
            Violation ??= e.Message;
        }
    }

    private Task SlowAsync(Outcome outcome, int calls)
    {
        var call = new SlowCall { Left = 1 + calls % 3 };
        if (outcome != Outcome.Never) _slow.Add(call);
        return call.Done.Task;
    }

    /// <summary>A call is wanted if the history asks for it, and has no outcome, and it is not under way.</summary>
    private void CheckWanted(string instance, string input)
    {
        var reader = _life.Engine.Core.Reader;
        var row = reader.Find(instance);
        SimulationFailure.Unless(row is not null, $"'{instance}' calls {input} before it exists.");
        var history = reader.History(row!);
        var bytes = System.Text.Encoding.UTF8.GetBytes($"\"{input}\"");
        var asked = history.SelectMany(segment => segment.Decisions).OfType<ActivityScheduled>()
            .Where(decision => decision.Input.Span.SequenceEqual(bytes)).Select(decision => decision.TaskId).ToHashSet();
        if (asked.Count == 0)
        {
            // An execution that continued as new leaves behind what still waits for a slot.
            var begun = System.Text.Json.JsonSerializer.Deserialize(row!.Input.Span, SimulationJson.Default.ExecutionInput)!;
            var generation = int.Parse(input.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);
            SimulationFailure.Unless(
                generation < begun.Generation, $"'{instance}' calls {input}, which its history does not ask for.");
            return;
        }

        var key = $"{instance} {input}";
        var told = history.SelectMany(segment => segment.Inbound).Count(inbound =>
            (inbound is TaskSucceeded done && asked.Contains(done.TaskId)) ||
            (inbound is TaskFailed failed && asked.Contains(failed.TaskId)));
        SimulationFailure.Unless(told < asked.Count, $"'{instance}' calls {input} again, whose outcome is in its history.");
        var runs = _runs.TryGetValue(key, out var known) ? known.Runs : 0;

        // Of what was told when this engine made its first call of this kind it has called nothing.
        var before = runs == 0 ? told : known.ToldBefore;
        SimulationFailure.Unless(runs < asked.Count - before, $"'{instance}' calls {input} twice.");
        _runs[key] = (runs + 1, before);
    }

    private static IEnumerable<Block> Blocks(Block root) =>
        root.Everything().OfType<Child>().Select(child => child.Body).Prepend(root);

    private sealed class SlowCall
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Left { get; set; }
    }
}

/// <summary>The one activity: its input says what becomes of it.</summary>
internal sealed class SimulatedActivity(World world) : Activity<string, string>
{
    public override Task<string> RunAsync(ActivityContext context, string input) =>
        world.CallAsync(context.InstanceId, input);
}
