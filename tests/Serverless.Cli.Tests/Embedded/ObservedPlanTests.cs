using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Cli.Embedded;
using Serverless.Cli.Tests.Doubles;
using Serverless.Pods;
using Serverless.Protocol;

namespace Serverless.Cli.Tests.Embedded;

/// <summary>What a plan makes of what the queue has seen.</summary>
public sealed class ObservedPlanTests
{
    private const int Pods = 10;

    private static readonly string[] Command =
    [
        "plan", "in.json", "--workers", "4", "--spot", "--tail-on-demand", "0%", "--start-at", "2", "--cold-start", "0",
        "--gpu", "L40S", "--interruptible-price", "0.0003", "--seconds-per-flashpoint", "3600",
    ];

    [Fact]
    public async Task Plan_AfterPodsWereSeenAndTaken_ReckonsWithThatInPlaceOfTheTable()
    {
        using var cli = Harness();
        (await cli.RunAsync(Command)).ShouldBe(0, cli.Error);
        cli.Output.ShouldContain("  02:00 to 08:00 12 h x 7.5 % (middle of 5 % to 10 %) = 0.9\n  interruptions  0.9 in all");
        cli.Output.ShouldNotContain("Seen here");
        await ObserveAsync(cli);
        var before = cli.Output.Length;

        (await cli.RunAsync(Command)).ShouldBe(0, cli.Error);

        // (20 x 7.5 % + 3) / (20 + 5) = 18 %, and 4 h x 18 % + 8 h x 7.5 % = 1.32.
        cli.Output[before..].ShouldContain(
            "  02:00 to 03:00 4 h x 18 % ((20 h x 7.5 % + 3 seen) / (20 h + 5 h seen)) = 0.72\n"
            + "  03:00 to 08:00 8 h x 7.5 % (middle of 5 % to 10 %) = 0.6\n"
            + "  interruptions  1.32 in all");
        cli.Output[before..].ShouldContain("Seen here since 2026-03-01: 5 h of pods, 3 taken away.");
    }

    [Fact]
    public async Task Plan_AfterAnInterruptionWithinAMinute_IsNotMisledByIt()
    {
        using var cli = Harness();
        await using (var queue = Open(cli))
        {
            await BeatAsync(queue, 0);
            cli.Clock.Advance(TimeSpan.FromSeconds(36));
            await BeatAsync(queue, 0, new InterruptionNotice { Kind = "google-preempted" });
        }

        (await cli.RunAsync(Command)).ShouldBe(0, cli.Error);

        // One in 36 s would be a hundred an hour.
        cli.Output.ShouldContain("4 h x 12.49 % ((20 h x 7.5 % + 1 seen) / (20 h + 0.01 h seen)) = 0.4998");
    }

    /// <summary>Ten pods for half an hour, of which the provider takes three.</summary>
    private static async Task ObserveAsync(CommandLineHarness cli)
    {
        await using var queue = Open(cli);
        await Task.WhenAll(Enumerable.Range(0, Pods).Select(pod => BeatAsync(queue, pod)));
        for (var minute = 1; minute <= 30; minute++)
        {
            cli.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAll(Enumerable.Range(0, Pods).Select(pod => BeatAsync(queue, pod)));
        }

        var notice = new InterruptionNotice { Kind = "aws-instance-action", SecondsLeft = 120 };
        await Task.WhenAll(Enumerable.Range(0, 3).Select(pod => BeatAsync(queue, pod, notice)));
    }

    private static Task<HeartbeatReply> BeatAsync(PodQueue queue, int pod, InterruptionNotice? notice = null) =>
        queue.HeartbeatAsync("gpu", new()
        {
            Identity = new PodIdentity { Pod = $"p{pod}", Session = "s1" },
            Facts = new PodFacts { State = PodState.Idle },
            Notice = notice,
        });

    private static PodQueue Open(CommandLineHarness cli)
    {
        Directory.CreateDirectory(cli.FullPath(".fanout"));
        return PodQueue.Open(new QueueOptions { Path = cli.FullPath(".fanout/queue.db") }, cli.Clock, NullLoggerFactory.Instance);
    }

    /// <summary>At two o'clock.</summary>
    private static CommandLineHarness Harness()
    {
        var cli = new CommandLineHarness(head: clock => new EmbeddedHead(clock));
        cli.Clock.Set(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));
        cli.Write("in.json", $"[{string.Join(',', Enumerable.Range(0, 12).Select(number => $$"""{"id":"fp-{{number}}"}"""))}]");
        return cli;
    }
}
