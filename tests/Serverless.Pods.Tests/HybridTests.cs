using Serverless.Core.Jobs;
using Serverless.TestKit;

namespace Serverless.Pods.Tests;

public sealed class HybridTests
{
    [Fact]
    public async Task Job_OfTheBulk_GoesToPodsWithTwoTries()
    {
        await using var bed = await QueueBed.OpenAsync();
        var hybrid = new HybridJobBackend("hybrid+x", bed.Backend, new ScriptedBackend());

        var id = await hybrid.SubmitAsync(QueueBed.Request(), CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            await new Pod(bed, $"p{i}").LeaseAsync();
            await bed.AdvanceAsync(TimeSpan.FromMinutes(3));
        }

        var look = await hybrid.CheckAsync(new JobReference(id, bed.Clock.GetUtcNow()), CancellationToken.None);
        (look.State, look.Attempts).ShouldBe((JobState.Failed, 2));
    }

    [Fact]
    public async Task Job_OnDemand_GoesToTheServiceAndIsFoundThere()
    {
        await using var bed = await QueueBed.OpenAsync();
        var service = new ScriptedBackend();
        var hybrid = new HybridJobBackend("hybrid+x", bed.Backend, service);

        var id = await hybrid.SubmitAsync(QueueBed.Request() with { OnDemand = true }, CancellationToken.None);

        bed.Queue.Queued.ShouldBe(0);
        service.Submissions.ShouldHaveSingleItem();
        var job = new JobReference(id, bed.Clock.GetUtcNow());
        (await hybrid.CheckAsync(job, CancellationToken.None)).State.ShouldBe(
            (await service.CheckAsync(job, CancellationToken.None)).State);
        hybrid.KeepsParts(id).ShouldBeFalse();
    }
}
