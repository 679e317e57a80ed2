using Serverless.Agent.Checkpoints;
using Serverless.Protocol;
using Serverless.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>Checkpoints within jobs.</summary>
public sealed class JobCheckpointTests : IDisposable
{
    private const string Worker = """
        if [ -n "$FANOUT_CHECKPOINT" ]; then cp "$FANOUT_CHECKPOINT" $DIR/resumed; echo '{"id":"fp-0"}'; exit 0; fi
        trap 'echo "{\"step\":5}" > $FANOUT_CHECKPOINT_DIR/step-5.json; exit 75' TERM
        touch $DIR/up; while true; do sleep 0.02; done
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly FileObjectStore _store;

    public JobCheckpointTests() => _store = new FileObjectStore(_folder.File("store"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Job_InterruptedOnOneMachine_GoesOnFromItsCheckpointOnTheNext()
    {
        var claim = await InterruptAsync();
        claim.Step.ShouldBe(5);
        claim.Bytes.ShouldBe(11);
        claim.Location.ShouldStartWith("s3://bucket/ckpt/jobs/");
        var manifest = File.ReadAllBytes(Path.Combine(_folder.File("store"), claim.Location["s3://bucket/ckpt/".Length..]));
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest)).ShouldBe(claim.Sha256);

        await using var next = await StartAsync("machine-2");
        var run = next.RunAsync(_store);
        next.Coordinator.Offer("job-1", flashpoints: 1);
        await next.Coordinator.WhenCalled(WorkPaths.Complete);

        File.ReadAllText(next.File("resumed")).ShouldBe("{\"step\":5}\n");
        next.Stop();
        await run;
        Directory.GetFiles(_folder.File("store"), "manifest*", SearchOption.AllDirectories)
            .ShouldBeEmpty("nobody goes on from a job that is done");
    }

    private async Task<CheckpointClaim> InterruptAsync()
    {
        await using var agent = await StartAsync("machine-1");
        var run = agent.RunAsync(_store);
        agent.Coordinator.Offer("job-1", flashpoints: 1);
        await agent.Log.WhenSays("Job job-1 taken");
        await Polling.UntilAsync(() => File.Exists(agent.File("up")), "the worker is up");
        agent.Stop();
        await run;
        return agent.Coordinator.Released.Single().Checkpoint.ShouldNotBeNull();
    }

    private async Task<AgentHarness> StartAsync(string machine)
    {
        var agent = await AgentHarness.StartAsync(Worker);
        agent.Options = agent.Options with
        {
            Checkpoints = new CheckpointOptions { Folder = _folder.File(machine) },
            CheckpointPlace = "s3://bucket/ckpt",
        };
        return agent;
    }
}
