using System.Globalization;
using Serverless.Agent.Leasing;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>What a worker may read of its results' fate.</summary>
public sealed class ReceiptTests
{
    /// <summary>Prints a result, waits for its receipt, and notes it together with what lies on the agent's disk.</summary>
    private const string Careful = """
        exec 3<"$FANOUT_RECEIPTS"; cat > $DIR/input
        for n in 0 1; do
          echo "{\"id\":\"fp-$n\"}"; read -r line <&3
          echo "$line $(find $DIR/state -name 'result-*.json' 2> $DIR/errors | wc -l)" >> $DIR/receipts
        done
        """;

    [LinuxFact]
    public async Task Receipt_CoordinatorAway_ComesWhenTheResultIsOnDisk()
    {
        await using var agent = await AgentHarness.StartAsync(Careful);
        agent.Coordinator.RefusesResults = true;
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 2);
        await agent.Log.WhenSays("Job job-1 completed in");
        agent.Coordinator.RefusesResults = false;
        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        File.ReadAllLines(agent.File("receipts")).ShouldBe(["""{"id":"fp-0"} 1""", """{"id":"fp-1"} 2"""]);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0", "fp-1"]);
        agent.Stop();
        await run;
    }

    [LinuxFact]
    public async Task Receipt_DiskTakesNothing_ComesWhenTheCoordinatorHasTheResult()
    {
        await using var agent = await AgentHarness.StartAsync(Careful);
        await File.WriteAllTextAsync(agent.StateFolder, "in the way");
        agent.Coordinator.RefusesResults = true;
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 2);
        await agent.Coordinator.WhenCalled(WorkPaths.Results, times: 2);
        File.Exists(agent.File("receipts")).ShouldBeFalse("nobody has the result but the agent's memory");

        agent.Coordinator.RefusesResults = false;
        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        File.ReadAllLines(agent.File("receipts")).ShouldBe(["""{"id":"fp-0"} 0""", """{"id":"fp-1"} 0"""]);
        agent.Stop();
        await run;
    }

    [LinuxFact]
    public async Task Receipt_OfAnEntryThatNobodyWaitsFor_ComesAsWell()
    {
        await using var agent = await AgentHarness.StartAsync("""
            exec 3<"$FANOUT_RECEIPTS"; cat > $DIR/input
            for n in 0 0 7; do echo "{\"id\":\"fp-$n\"}"; read -r line <&3; echo "$line" >> $DIR/receipts; done
            """);
        var run = agent.RunAsync();
        agent.Coordinator.Offer("job-1", flashpoints: 1);

        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        File.ReadAllLines(agent.File("receipts")).ShouldBe(["""{"id":"fp-0"}""", """{"id":"fp-0"}""", """{"id":"fp-7"}"""]);
        agent.Coordinator.ResultIds.ShouldBe(["fp-0"]);
        agent.Stop();
        await run;
    }

    [LinuxFact]
    public void Receipts_ThatNobodyReads_HoldNobodyUp()
    {
        using var pipe = ReceiptPipe.TryCreate().ShouldNotBeNull();

        for (var number = 0; number < 20_000; number++) pipe.Tell(number.ToString(CultureInfo.InvariantCulture));
    }

    [LinuxFact]
    public void Receipts_OfAnAgentThatIsGone_CannotBeWaitedFor()
    {
        var pipe = ReceiptPipe.TryCreate().ShouldNotBeNull();
        using var reader = new StreamReader(pipe.Path);
        pipe.Tell("fp-0");

        pipe.Dispose();

        reader.ReadToEnd().ShouldBe("{\"id\":\"fp-0\"}\n");
        pipe.Tell("fp-1");
    }

    [LinuxFact]
    public void Receipts_ReadLate_AreAllThere()
    {
        using var pipe = ReceiptPipe.TryCreate().ShouldNotBeNull();
        for (var number = 0; number < 1_000; number++) pipe.Tell($"fp-{number}");
        using var reader = new StreamReader(pipe.Path);

        for (var number = 0; number < 1_000; number++) reader.ReadLine().ShouldBe($$"""{"id":"fp-{{number}}"}""");
    }
}
