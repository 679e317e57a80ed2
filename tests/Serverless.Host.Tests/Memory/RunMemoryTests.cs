using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Jobs;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Memory;

[Collection(MeasuresMemory.Name)]
public sealed class RunMemoryTests
{
    private const int Rounds = 4;
    private const int RunsPerRound = 400;
    private const int AllowedBytesPerRun = 200;

    /// <summary>Started, waited for, looked at from all sides and read, over the HTTP API.</summary>
    [Fact]
    public async Task Runs_ThatHaveEnded_LeaveNothingOnTheHeap()
    {
        await using var host = await HostHarness.StartAsync(new()
        {
            Jobs = new ForgetfulBackend(),
            Loggers = NullLoggerFactory.Instance,
            IdleTimeout = TimeSpan.FromMilliseconds(200),
        });
        var heap = new List<long>();
        for (var round = 0; round <= Rounds; round++)
        {
            await RunAsync(host, $"round-{round}");
            heap.Add(await HeapAsync(host));
        }

        // Pools and buffers grow now and then. What is kept of each run would be kept in every round.
        var least = heap.Zip(heap.Skip(1), (before, after) => after - before).Min();
        ((double)least / RunsPerRound).ShouldBeLessThan(AllowedBytesPerRun, string.Join(", ", heap));
    }

    private static Task RunAsync(HostHarness host, string prefix) => Parallel.ForAsync(
        0, RunsPerRound, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
        {
            var id = $"{prefix}-{number}";
            (await host.PostAsync("/api/runs?wait=600", Calls.RunBody(id, 1))).With(HttpStatusCode.OK);
            foreach (var path in new[] { $"/api/runs/{id}", $"/api/runs/{id}/results", $"/runtime/webhooks/durabletask/instances/{id}" })
                (await host.GetAsync(path)).With(HttpStatusCode.OK);
        });

    /// <summary>Once all instances have left.</summary>
    private static async Task<long> HeapAsync(HostHarness host)
    {
        await Calls.UntilAsync(() => Task.FromResult(host.Engine.InstancesInMemory), count => count == 0);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Every job is done at once, and none is remembered.</summary>
    private sealed class ForgetfulBackend : IJobBackend
    {
        public string Address => "forgetful";

        public Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken) => Task.FromResult(new JobId("job"));

        public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken) => Task.FromResult(new JobSnapshot
        {
            State = JobState.Completed,
            Output = Encoding.UTF8.GetBytes("""{"results":[{"value":"done"}]}"""),
        });

        public Task CancelAsync(JobReference job, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
