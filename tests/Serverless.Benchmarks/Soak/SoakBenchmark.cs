using System.Text.Json.Nodes;
using Serverless.Benchmarks.Measuring;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Soak;

/// <summary>A long run with every fault on at once, its host killed again and again. Any wrong figure ends it.</summary>
internal static class SoakBenchmark
{
    private const double AllowedMb = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    /// <summary>A job that nobody knows of runs to its own end.</summary>
    private static readonly TimeSpan LastJobs = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(Arguments arguments)
    {
        var plan = new SoakPlan(
            arguments.Number("chunks", 2_000), arguments.Number("flashpoints", 40_000), arguments.Number("kills", 20, least: 0),
            arguments.Number("seed", 1), arguments.Number("workers", 100));
        arguments.RefuseOthers();
        if (plan.Flashpoints < plan.Chunks)
            throw new ArgumentException($"--flashpoints is '{plan.Flashpoints}'; allowed: at least one for each chunk.");
        using var folder = new TemporaryFolder();
        using var endpoint = await SoakEndpoint.StartAsync(folder.Path, plan);
        using var host = new SoakHost(folder.Path, endpoint.Url);
        var meter = new Meter();
        var ledger = await RunAsync(plan, endpoint, host);
        var cost = new Cost(meter.ElapsedMs, host.CpuMs, host.PeakMb);
        await CheckAsync(plan, endpoint, host, ledger, cost);
    }

    private static async Task<SoakLedger> RunAsync(SoakPlan plan, SoakEndpoint endpoint, SoakHost host)
    {
        var ledger = new SoakLedger();
        await host.StartAsync();
        await host.SubmitAsync(plan);
        foreach (var submissions in plan.KillsBySubmissions())
        {
            await UntilAsync(
                $"{submissions} jobs to be submitted",
                async () => (await endpoint.StatisticsAsync()).GetProperty("jobs_submitted").GetInt32() > submissions);
            await KillAsync(endpoint, host, ledger);
        }

        for (var i = 0; i < plan.KillsInTheEnd; i++)
        {
            await UntilAsync("all chunks to be submitted", async () => await IsAtItsEndAsync(plan, endpoint, i));
            await KillAsync(endpoint, host, ledger);
        }

        await UntilAsync("the run to end", host.HasEndedAsync);
        return ledger;
    }

    /// <summary>When the chunks that had bad luck are all that is left: each time with a few jobs more.</summary>
    private static async Task<bool> IsAtItsEndAsync(SoakPlan plan, SoakEndpoint endpoint, int round) =>
        (await endpoint.StatisticsAsync()).GetProperty("jobs_submitted").GetInt32() > plan.Chunks + 5 * round;

    private static async Task KillAsync(SoakEndpoint endpoint, SoakHost host, SoakLedger ledger)
    {
        await host.KillAsync();

        // The ledger's own connection alone: what the dead host had sent last is among the jobs.
        await UntilAsync(
            "what the host sent to be dealt with",
            async () => (await endpoint.StatisticsAsync()).GetProperty("connections").GetInt32() == 1);
        ledger.OnKilled(host.Database, await endpoint.JobsAsync());
        await host.StartAsync();
    }

    private static async Task CheckAsync(SoakPlan plan, SoakEndpoint endpoint, SoakHost host, SoakLedger ledger, Cost cost)
    {
        await SoakResults.CheckAsync(host.RunFolder, plan);
        SoakResults.CheckStoredOnce(host.RunFolder, plan.Flashpoints);
        var open = await OpenJobsAsync(endpoint);
        var phantoms = open.RemoveAll(job => job.IsPhantom && ledger.MayBeRepeated(job));
        Require(open.Count == 0, $"{open.Count} jobs go on: {string.Join(", ", open)}");
        var statistics = await endpoint.StatisticsAsync();
        var jobs = SoakJustification.Of(host.RunFolder, await endpoint.JobsAsync(), ledger, plan);
        Require(statistics.GetProperty("limits_exceeded").GetInt32() == 0, "calls were above a rate limit");
        Require(host.Lives == plan.Kills + 1, $"the host was killed {host.Lives - 1} times, not {plan.Kills}");
        Require(cost.RssMb <= AllowedMb, $"the host took {cost.RssMb} MiB; allowed are {AllowedMb}");
        Report.Line(
            "fanout", "soak", plan.Flashpoints, "sample", cost,
            ("chunks", plan.Chunks),
            ("kills", plan.Kills),
            ("seed", plan.Seed),
            ("workers", plan.Workers),
            ("poison", plan.Poison.Count),
            ("jobs_submitted", jobs.Submitted),
            ("for_failed_attempts", jobs.Attempts),
            ("for_lost_answers", jobs.LostAnswers),
            ("for_kills", jobs.Kills),
            ("executions", statistics.GetProperty("executions").GetInt32()),
            ("limits_exceeded", 0),
            ("jobs_running", 0),
            ("phantoms_nobody_knows", phantoms),
            ("calls", JsonNode.Parse(statistics.GetProperty("calls").GetRawText())),
            ("faults", JsonNode.Parse(statistics.GetProperty("faults").GetRawText())));
    }

    /// <summary>Jobs that go on though their time is up.</summary>
    private static async Task<List<SoakJob>> OpenJobsAsync(SoakEndpoint endpoint)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            List<SoakJob> open = [.. (await endpoint.JobsAsync()).Where(job => job.IsOpen)];
            if (open.Count == 0 || TimeProvider.System.GetElapsedTime(start) > LastJobs) return open;
            await Task.Delay(Interval, TimeProvider.System);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new WrongResultException($"Wrong: {otherwise}.");
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> holds, TimeSpan? patience = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > (patience ?? Patience))
                throw new WrongResultException($"Waited {patience ?? Patience} in vain for {what}.");
            await Task.Delay(Interval, TimeProvider.System);
        }
    }
}
