using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Starting;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task Key_SentTwice_IsOneRun()
    {
        await using var host = await HostHarness.StartAsync();
        var body = $$"""{"flashpoints":{{Calls.List(2)}}}""";

        var first = (await host.PostAsync("/api/runs", body, ("Idempotency-Key", "tonight/1"))).With(HttpStatusCode.Accepted);
        var second = (await host.PostAsync("/api/runs", body, ("Idempotency-Key", "tonight/1"))).With(HttpStatusCode.OK);
        var other = (await host.PostAsync("/api/runs", body, ("Idempotency-Key", "tonight/2"))).With(HttpStatusCode.Accepted);

        first.Json.GetProperty("id").GetString()!.ShouldStartWith("key-");
        second.Text.ShouldBe(first.Text);
        other.Json.GetProperty("id").GetString().ShouldNotBe(first.Json.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("", """{"flashpoints":[{"id":"other"}]}""", "another list")]
    [InlineData("", """{"flashpoints":[{"id":"fp-0"}],"trigger":"other"}""", "another date, trigger")]
    [InlineData("", """{"flashpoints":[{"id":"fp-0"}],"workers":3}""", "another date, trigger")]
    [InlineData("", """{"flashpoints":[{"id":"fp-0"}],"options":{"chunk_size":1}}""", "another date, trigger")]
    [InlineData("", """{"flashpoints":[{"id":"fp-0"}],"cleanup":false}""", "another date, trigger")]
    [InlineData("same", """{"flashpoints":[{"id":"fp-0"},{"id":"fp-1"}],"run_id":"same"}""", "another list")]
    [InlineData("same", """{"flashpoints":[{"id":"fp-0"}],"date":"2025-01-02","run_id":"same"}""", "another date, trigger")]
    public async Task Start_OfAnotherRunUnderTheSameName_IsAConflictThatChangesNothing(string id, string other, string reason)
    {
        await using var host = await HostHarness.StartAsync();
        (string, string)[] key = id.Length == 0 ? [("Idempotency-Key", "k")] : [];
        var body = id.Length == 0 ? """{"flashpoints":[{"id":"fp-0"}]}""" : """{"run_id":"same","flashpoints":[{"id":"fp-0"}]}""";
        var first = (await host.PostAsync("/api/runs", body, key)).With(HttpStatusCode.Accepted);
        await host.EndOfAsync(first.Json.GetProperty("id").GetString()!);
        var before = StateSnapshot.Take(host.Folder);

        var answer = await host.PostAsync("/api/runs", other, key);

        answer.Problem.ShouldBe("conflict");
        answer.Detail.ShouldContain(reason);
        StateSnapshot.Take(host.Folder).ShouldBe(before);
        (await host.PostAsync("/api/runs", body, key)).With(HttpStatusCode.OK);
    }

    /// <summary>What was left open to the day is not part of what was asked.</summary>
    [Fact]
    public async Task Key_SentAgainOnAnotherDay_IsTheSameRun()
    {
        var clock = new TestKit.ManualClock();
        await using var host = await HostHarness.StartAsync(new() { Clock = clock });
        var body = $$"""{"flashpoints":{{Calls.List(1)}}}""";
        (await host.PostAsync("/api/runs", body, ("Idempotency-Key", "k"))).With(HttpStatusCode.Accepted);

        clock.Advance(TimeSpan.FromDays(1));

        (await host.PostAsync("/api/runs", body, ("Idempotency-Key", "k"))).With(HttpStatusCode.OK);
    }
}
