using System.Diagnostics;
using System.Text.Json.Nodes;
using Serverless.Benchmarks.Measuring;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Fleet;

/// <summary>A host and a fleet of agents, each in a process of its own, and everything that befalls such a fleet. Any wrong figure
/// ends it.</summary>
internal static class FleetBenchmark
{
    public static async Task RunAsync(Arguments arguments)
    {
        var plan = new FleetPlan(
            arguments.Number("agents", 8), arguments.Number("chunks", 200), arguments.Number("flashpoints", 10),
            arguments.Number("events", 100, least: 0), arguments.Number("seed", 1), arguments.Number("milliseconds", 80));
        var waiting = new FleetWaiting(TimeSpan.FromMinutes(arguments.Number("minutes", 30)));
        arguments.RefuseOthers();
        using var folder = new TemporaryFolder();
        var library = FleetClock.TryBuild(folder.Path)
            ?? throw new WrongResultException("Clocks cannot be set here: that takes Linux and a C compiler, cc.");
        using var host = new FleetHost(folder.Path, library, waiting);
        var shared = new FleetShared(folder.Path, host.Port, await WorkerAsync(folder.Path), plan.Milliseconds, library, waiting);
        var places = Enumerable.Range(0, plan.Agents).Select(number => new FleetPlace(number, shared)).ToList();
        var meter = new Meter();
        try
        {
            await RunAsync(plan, host, places, waiting, folder.Path, meter);
        }
        catch (WrongResultException e)
        {
            throw new WrongResultException($"{e.Message}\nThe host said last:\n{host.Errors}");
        }
        finally
        {
            waiting.GiveUp();
            foreach (var place in places) await place.DisposeAsync();
        }
    }

    private static async Task RunAsync(
        FleetPlan plan, FleetHost host, List<FleetPlace> places, FleetWaiting waiting, string folder, Meter meter)
    {
        var log = new FleetLog(folder);
        var events = new FleetEvents(plan, host, places, log, waiting, folder);
        await host.StartAsync();
        await Task.WhenAll(places.Select(place => place.ReplaceAsync()));
        await host.SubmitAsync(plan);
        await events.RunAsync();
        await waiting.UntilAsync("the run to end", host.HasEndedAsync);
        await Task.WhenAll(places.Select(place => place.Machine.StopAsync()));
        await host.StopAsync();
        await waiting.UntilAsync("the workers to end", () => FleetProcesses.Workers(folder).Count == 0);
        var blowsOf = places.SelectMany(place => place.Blows).ToDictionary();
        var check = new FleetCheck(plan, host, events.Counts, blowsOf);
        check.Run(log);
        Tell(plan, places, events.Counts, check, log, meter);
    }

    private static void Tell(
        FleetPlan plan, List<FleetPlace> places, FleetCounts counts, FleetCheck check, FleetLog log, Meter meter)
    {
        var notices = new JsonObject();
        foreach (var (provider, count) in counts.Notices) notices[provider] = count;
        Report.Line(
            "fanout", "fleet", plan.Total, "python", meter.Read(),
            ("agents", plan.Agents),
            ("chunks", plan.Chunks),
            ("events", counts.All),
            ("seed", plan.Seed),
            ("agent_kills", counts.AgentKills),
            ("machines_lost", counts.MachinesLost),
            ("worker_kills", counts.WorkerKills),
            ("host_kills", counts.HostKills),
            ("notices", notices),
            ("out_of_time", counts.OutOfTime),
            ("cuts", counts.Cuts),
            ("long_cuts", counts.LongCuts),
            ("disks_filled", counts.DisksFilled),
            ("disks_mounted", places.TrueForAll(place => place.Disk.IsMounted)),
            ("clock_jumps", counts.ClockJumps),
            ("machines", places.Sum(place => place.Machines)),
            ("executions", log.Executions),
            ("redone", log.Redone),
            ("on_disk_at_kills", counts.OnDiskAtKills),
            ("finished_again", log.FinishedAgain),
            ("finished_behind_long_cuts", counts.FinishedBehindCuts.Count),
            ("jobs", check.Jobs),
            ("counted_losses", check.CountedLosses),
            ("gone_on_with", check.GoneOnWith),
            ("uncounted_returns", check.UncountedReturns),
            ("nulls", 0),
            ("load", MachineLoad.Now));
    }

    /// <summary>The interpreter itself: what stands before it on the path may be a script that takes longer than the work.</summary>
    private static async Task<string> WorkerAsync(string folder)
    {
        var script = Path.Combine(folder, FleetWorker.ScriptName);
        await File.WriteAllTextAsync(script, FleetWorker.Script);
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", "import sys; print(sys.executable)"])
        {
            RedirectStandardOutput = true,
        })!;
        var interpreter = (await python.StandardOutput.ReadToEndAsync()).Trim();
        await python.WaitForExitAsync();
        return $"'{interpreter}' -I -S '{script}'";
    }
}
