using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Serverless.Benchmarks.Fleet;

/// <summary>Lets things befall a fleet, several places at a time, one thing at a place.</summary>
internal sealed class FleetEvents(
    FleetPlan plan, FleetHost host, IReadOnlyList<FleetPlace> places, FleetLog log, FleetWaiting waiting, string folder)
{
    private const int SecondsOfHost = 90;
    private const int SecondsOfAgent = 3_600;

    /// <summary>A cut lasts until so many flashpoints were begun behind it, if it can.</summary>
    private const int BegunBehindCut = 3;

    private static readonly TimeSpan LongestCut = TimeSpan.FromSeconds(12);

    private readonly HashSet<int> _chunksWithKill = [];
    private int _notices;

    public FleetCounts Counts { get; } = new();

    /// <summary>All of them, one after the other.</summary>
    public async Task RunAsync()
    {
        var hold = Path.Combine(folder, FleetWorker.HoldName);
        foreach (var next in plan.Schedule())
        {
            if (log.Begun < next.After) File.Delete(hold);
            await waiting.UntilAsync($"{next.After} flashpoints to be begun", () => IsAt(next.After));
            await File.WriteAllTextAsync(hold, "");
            await BeginAsync(next);
            await Console.Error.WriteLineAsync($"{log.Begun}/{plan.Total} begun: {next.Kind}");
        }

        File.Delete(hold);
        await SettleAsync();
    }

    private bool IsAt(int begun)
    {
        ThrowFailed();
        return log.Begun >= begun;
    }

    /// <summary>Does something while a file is there.</summary>
    private async Task HeldAsync(string name, Func<Task> work)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, "");
        await work();
        File.Delete(path);
    }

    /// <summary>Whom it befalls is chosen, and its first blow dealt, while work stands still.</summary>
    private async Task BeginAsync(FleetEvent next)
    {
        switch (next.Kind)
        {
            case FleetEventKind.KillHost:
                await KillHostAsync(places[next.Choice % places.Count]);
                break;
            case FleetEventKind.SetClock when next.Choice % 3 == 0:
                Counts.ClockJumps++;
                await host.SetClockAsync(host.Clock.Seconds == 0 ? SecondsOfHost : 0);
                break;
            case FleetEventKind.KillWorker:
                while (!TryKillWorker(await ChooseAsync(next)))
                {
                    // It ended in this very moment.
                }

                break;
            default:
                var place = await ChooseAsync(next);
                place.Busy = BefallAsync(next, place);
                break;
        }
    }

    private async Task<FleetPlace> ChooseAsync(FleetEvent next)
    {
        var provider = next.Kind == FleetEventKind.Notice ? places[_notices++ % places.Count].Provider : null;
        FleetPlace? found = null;
        await waiting.UntilAsync($"a place for {next.Kind}", () =>
        {
            ThrowFailed();
            var able = places.Where(place =>
                place.Busy.IsCompleted && (provider is null || provider == place.Provider) && IsAble(place, next));
            if (able.ToList() is not { Count: > 0 } some) return false;
            found = some[next.Choice % some.Count];
            return true;
        });
        return found!;
    }

    /// <summary>What is only on a disk that goes with its machine would be lost by right.</summary>
    private bool IsAble(FleetPlace place, FleetEvent next) => next.Kind switch
    {
        FleetEventKind.Notice => !place.Disk.HasUnsent && !place.Machine.IsOffline,
        FleetEventKind.LoseMachine => !place.Disk.HasUnsent && !place.Machine.IsOffline && CountOnTheirWay(place) == 0,
        FleetEventKind.LoseNetwork => !place.Machine.IsOffline && log.CurrentOf(place.Machine.Name) is not null,
        FleetEventKind.KillWorker => log.CurrentOf(place.Machine.Name) is { } at
            && !_chunksWithKill.Contains(at.Chunk) && FleetProcesses.IsWorker(at.Process, folder),
        _ => !place.Machine.IsOffline,
    };

    /// <summary>Results that the worker has handed over and the host has not got.</summary>
    private int CountOnTheirWay(FleetPlace place) => log.FinishedBy(place.Machine.Name).Except(host.ReadResultIds()).Count();

    private Task BefallAsync(FleetEvent next, FleetPlace place) => next.Kind switch
    {
        FleetEventKind.KillAgent => KillAgentAsync(place, isOffline: next.Choice % 2 != 0),
        FleetEventKind.LoseMachine => LoseMachineAsync(place),
        FleetEventKind.Notice => TakeAsync(place),
        FleetEventKind.Drop => CutAsync(place, place.Network.Drop),
        FleetEventKind.Stall => CutAsync(place, place.Network.Stall),
        FleetEventKind.LoseNetwork => CutLongAsync(place, next.Choice % 2 == 0 ? place.Network.Drop : place.Network.Stall),
        FleetEventKind.FillDisk => HeldAsync(GoNameOf(place), () => FillDiskAsync(place)),
        FleetEventKind.SetClock => SetClock(place, next.Choice),
        _ => throw new UnreachableException(),
    };

    private static string GoNameOf(FleetPlace place) => FleetWorker.GoPrefix + place.Machine.Name;

    /// <summary>Behind a cut, results are on the disk of the agent alone when it dies.</summary>
    private async Task KillAgentAsync(FleetPlace place, bool isOffline)
    {
        Counts.AgentKills++;
        if (isOffline) await WorkBehindAsync(place, place.Network.Drop);
        await place.Machine.KillAgentAsync();
        Counts.OnDiskAtKills += CountOnTheirWay(place);
        place.Network.Heal();
        await place.Machine.StartAgentAsync();
    }

    private async Task LoseMachineAsync(FleetPlace place)
    {
        Counts.MachinesLost++;
        await place.Machine.KillAgentAsync();
        await place.ReplaceAsync();
    }

    /// <summary>At most one of each chunk: a chunk under which workers die again and again is taken for poison, by right.</summary>
    private bool TryKillWorker(FleetPlace place)
    {
        var failed = place.Machine.FailedJobs;
        if (log.CurrentOf(place.Machine.Name) is not { } at || !FleetProcesses.TryKill(at.Process)) return false;
        _chunksWithKill.Add(at.Chunk);
        Counts.WorkerKills++;

        // Or it was at the end of its last flashpoint, and of its job, in that moment.
        place.Busy = waiting.UntilAsync(
            $"{place.Machine.Name} to see its worker die",
            () => place.Machine.FailedJobs > failed || log.CurrentOf(place.Machine.Name) is null);
        return true;
    }

    private async Task TakeAsync(FleetPlace place)
    {
        Counts.Notices[place.Provider] = Counts.Notices.GetValueOrDefault(place.Provider) + 1;
        if (await place.Machine.TakeAsync()) Counts.OutOfTime++;
        await place.ReplaceAsync();
    }

    private async Task CutAsync(FleetPlace place, Action cut)
    {
        Counts.Cuts++;
        await WorkBehindAsync(place, cut);
        await HealAsync(place);
    }

    private Task WorkBehindAsync(FleetPlace place, Action cut)
    {
        var begun = log.BegunBy(place.Machine.Name);
        cut();
        return HeldAsync(
            GoNameOf(place),
            () => waiting.HoldsWithinAsync(LongestCut, () => log.BegunBy(place.Machine.Name) >= begun + BegunBehindCut));
    }

    /// <summary>Longer than JOB_TIMEOUT_MINUTES: the host takes the job back, and it goes to whoever asks first.</summary>
    private async Task CutLongAsync(FleetPlace place, Action cut)
    {
        Counts.LongCuts++;
        var machine = place.Machine;
        machine.LongCuts++;
        var losses = (await host.LookAsync(machine.Name)).Losses;
        await WorkBehindAsync(place, cut);
        var known = host.ReadResultIds();
        await waiting.UntilAsync($"the host to take back the job of {machine.Name}", async () =>
            await host.LookAsync(machine.Name) is var pod && (pod.Losses > losses || pod.Jobs.Count == 0));
        await HealAsync(place);
        Counts.FinishedBehindCuts.UnionWith(log.FinishedBy(machine.Name).Except(known));
    }

    private async Task HealAsync(FleetPlace place)
    {
        place.Network.Heal();
        await waiting.UntilAsync($"{place.Machine.Name} to reach the host again", () => !place.Machine.IsOffline && !place.Disk.HasUnsent);
    }

    private async Task FillDiskAsync(FleetPlace place)
    {
        Counts.DisksFilled++;
        var notKept = place.Machine.ResultsNotKept;
        await waiting.UntilAsync($"the disk of {place.Machine.Name} to be full for its agent", () =>
        {
            place.Disk.Fill(place.Machine.Outbox);
            return place.Machine.ResultsNotKept > notKept || log.Begun == plan.Total;
        });
        place.Disk.Free();
    }

    private Task SetClock(FleetPlace place, int choice)
    {
        Counts.ClockJumps++;
        place.Clock.Set(place.Clock.Seconds == 0 ? (choice % 2 == 0 ? SecondsOfAgent : -SecondsOfAgent) : 0);
        return Task.CompletedTask;
    }

    /// <param name="busy">Goes on meanwhile, so that somebody has something to tell the next one.</param>
    private async Task KillHostAsync(FleetPlace busy)
    {
        await SettleAsync();
        List<string> machines = [.. places.Select(place => place.Machine.Name)];
        await waiting.UntilAsync("the host to hear of all pods", () => host.HasHeardOfAsync(machines));
        Counts.HostKills++;
        await HeldAsync(GoNameOf(busy), async () =>
        {
            await host.KillAsync();
            await host.StartAsync();
        });
    }

    private async Task SettleAsync()
    {
        await waiting.UntilAsync("what befell the places to be over", () =>
        {
            ThrowFailed();
            return places.All(place => place.Busy.IsCompleted);
        });
    }

    private void ThrowFailed()
    {
        foreach (var place in places)
        {
            if (place.Busy.Exception is { InnerException: { } failure }) ExceptionDispatchInfo.Throw(failure);
        }
    }
}
