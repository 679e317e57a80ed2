using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;

namespace Serverless.RunPod.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task CheckHealth_FullAnswer_IsReadWhole()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(
            """
            {"jobs":{"completed":31,"failed":1,"inProgress":2,"inQueue":3,"retried":4},
             "workers":{"idle":1,"initializing":2,"ready":3,"running":4,"throttled":5,"unhealthy":6}}
            """));

        var health = await gateway.Backend.CheckHealthAsync(CancellationToken.None);

        health.Jobs.ShouldBe(new() { Completed = 31, Failed = 1, InProgress = 2, InQueue = 3, Retried = 4 });
        health.Workers.ShouldBe(
            new() { Idle = 1, Initializing = 2, Ready = 3, Running = 4, Throttled = 5, Unhealthy = 6 });
        gateway.Server.Requests.ShouldHaveSingleItem().Target.ShouldBe("/v2/ep7x2/health");
    }

    [Theory]
    [InlineData("""{"workers":{"idle":1,"asleep":7},"jobs":null,"region":"eu"}""")]
    [InlineData("""{"workers":{"idle":1}}""")]
    public async Task CheckHealth_PartsMissingOrNew_AreNoTrouble(string body)
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json(body));

        var health = await gateway.Backend.CheckHealthAsync(CancellationToken.None);

        health.ShouldBe(new RunPodHealth { Workers = new() { Idle = 1 } });
    }

    [Fact]
    public async Task CheckHealth_CountsThatAreWords_AreATransientError()
    {
        await using var gateway = await Gateway.StartAsync(Answers.Json("""{"jobs":{"completed":"many"}}"""));

        (await gateway.Clock.FailureAsync(gateway.Backend.CheckHealthAsync(CancellationToken.None)))
            .Kind.ShouldBe(JobErrorKind.Transient);
    }
}
