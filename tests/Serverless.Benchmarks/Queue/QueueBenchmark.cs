using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Benchmarks.Measuring;
using Serverless.Core.Jobs;
using Serverless.Pods;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Queue;

/// <summary>How many jobs a second the queue of pods takes in and lends, each of them on the disk before it is answered.</summary>
internal static class QueueBenchmark
{
    private const double GoalMsPerThousand = 1_000;

    public static async Task RunAsync(Arguments arguments)
    {
        var (jobs, repeat) = (arguments.Number("n", 10_000), arguments.Number("repeat", 3));
        var (callers, pods, batch) = (arguments.Number("callers", 64), arguments.Number("pods", 8), arguments.Number("batch", 10));
        arguments.RefuseOthers();
        var perThousand = new List<double>();
        for (var r = 0; r < repeat; r++)
        {
            using var folder = new TemporaryFolder();
            var options = new QueueOptions { Path = folder.File("queue.db") };
            await using var queue = PodQueue.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
            var enqueued = await MeasureAsync("enqueue", jobs, () => EnqueueAsync(queue, jobs, callers));
            var leased = await MeasureAsync("lease", jobs, () => LeaseAsync(queue, jobs, pods, batch));
            perThousand.Add((enqueued + leased) / jobs * 1_000);
        }

        Report.Goal("1,000 jobs enqueued and leased, ms", Samples.Median(perThousand), GoalMsPerThousand);
    }

    private static async Task<double> MeasureAsync(string mode, int jobs, Func<Task> work)
    {
        var meter = new Meter();
        await work();
        var cost = meter.Read();
        Report.Line(
            "fanout", mode, jobs, "queue", cost,
            ("jobs_per_s", Report.Round(jobs / cost.WallMs * 1_000)), ("load", MachineLoad.Now));
        return cost.WallMs;
    }

    private static Task EnqueueAsync(PodQueue queue, int jobs, int callers)
    {
        var backend = new PodsJobBackend(queue);
        return Parallel.ForAsync(
            0, jobs, new ParallelOptions { MaxDegreeOfParallelism = callers },
            async (number, cancellationToken) => await backend.SubmitAsync(Request(number), cancellationToken));
    }

    private static async Task LeaseAsync(PodQueue queue, int jobs, int pods, int batch)
    {
        var leased = await Task.WhenAll(Enumerable.Range(0, pods).Select(pod => LeaseAsync(queue, $"p{pod}", batch)));
        var distinct = leased.SelectMany(jobs => jobs).ToHashSet(StringComparer.Ordinal).Count;
        if (leased.Sum(of => of.Count) != jobs || distinct != jobs)
            throw new WrongResultException($"{distinct} jobs were lent, {jobs} were enqueued.");
    }

    /// <summary>A pod that takes jobs until there are none. It holds as many as it may, and gives those up that are done.</summary>
    private static async Task<List<string>> LeaseAsync(PodQueue queue, string name, int batch)
    {
        var identity = new PodIdentity { Pod = name, Session = "s" };
        var taken = new List<string>();
        for (var request = 0; ; request++)
        {
            var asked = new LeaseRequest { Identity = identity, RequestId = $"{request}", MaxJobs = batch, Facts = Facts };
            var reply = await queue.LeaseAsync("k", asked, CancellationToken.None);
            if (reply.Leases.Count == 0) return taken;
            taken.AddRange(reply.Leases.Select(lease => lease.Lease.Job));
            await Task.WhenAll(reply.Leases.Select(lease => queue.CompleteAsync(
                "k", new CompleteRequest { Identity = identity, Lease = lease.Lease, Output = Output })));
        }
    }

    private static readonly PodFacts Facts = new() { State = PodState.Idle };

    private static readonly RawJson Output = new(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("1", 10))}]"));

    private static JobRequest Request(int number) => new()
    {
        AttemptId = $"run:{number}:1",
        Input = Encoding.UTF8.GetBytes(
            $$"""{"run_id":"run","chunk":{{number}},"flashpoints":[{{string.Join(',', Enumerable.Range(0, 10).Select(Flashpoint))}}]}"""),
        ExecutionTimeout = TimeSpan.FromHours(2),
        TimeToLive = TimeSpan.FromDays(1),
        MaxAttempts = 3,
    };

    private static string Flashpoint(int number) => $$"""{"id":"fp-{{number}}","title":"{{new string('x', 100)}}"}""";
}
