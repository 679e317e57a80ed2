using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Pods.Storage;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Pods.Tests;

/// <summary>What the file keeps when the process dies, and when it was made by an earlier version.</summary>
public sealed class QueueFileTests
{
    [Fact]
    public async Task Hours_SeenByAProcessThatIsKilled_AreThoseThatWereAnswered()
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        var queue = Open(folder, clock);
        await CommitAsync(queue, Beat(queue, "p1"), Beat(queue, "p2"));
        clock.Advance(TimeSpan.FromSeconds(30));
        await CommitAsync(queue, Beat(queue, "p1"), Beat(queue, "p2", new InterruptionNotice { Kind = "google-preempted" }));
        queue.Commits.Commits.ShouldBe(2, "however many pods are seen in a commit");
        clock.Advance(TimeSpan.FromSeconds(30));
        _ = Beat(queue, "p1");
        queue.Abandon();

        await using var next = Open(folder, clock);

        var hour = next.Reader.Interruptions()!.Hours.ShouldHaveSingleItem();
        (hour.Hour, Math.Round(hour.PodHours * 3600), hour.Interruptions).ShouldBe((0, 60, 1));
    }

    [Fact]
    public async Task File_OfTheFirstVersion_IsLookedAtAsItIsAndTakesOrdersOnceAHostHasOpenedIt()
    {
        await using var bed = await QueueBed.OpenAsync();
        await bed.SubmitAsync();
        var lease = (await new Pod(bed).LeaseAsync()).Lease;
        await bed.CloseAsync();
        MakeOld(bed.Path);

        using (var reader = QueueReader.Open(bed.Path, bed.Clock))
        {
            var view = reader.Look();
            (view.Running, view.Pods.Single().Order).ShouldBe((1, WorkCommand.Continue));
            reader.Interruptions().ShouldBeNull();
        }

        await bed.StartAsync();
        (await bed.Queue.OrderAsync("gpu/p1", WorkCommand.Drain))!.Jobs.ShouldHaveSingleItem().Job.ShouldBe(lease.Job);
        (await new Pod(bed).BeatAsync(lease)).Command.ShouldBe(WorkCommand.Drain);
        using var after = QueueReader.Open(bed.Path, bed.Clock);
        after.Look().Pods.Single().Order.ShouldBe(WorkCommand.Drain);
    }

    private static PodQueue Open(TemporaryFolder folder, ManualClock clock) => PodQueue.Open(
        new QueueOptions { Path = folder.File("queue.db") }, clock, NullLogger.Instance,
        new QueueHooks { Commits = false, Sweeps = false });

    private static Task<HeartbeatReply> Beat(PodQueue queue, string pod, InterruptionNotice? notice = null) =>
        queue.HeartbeatAsync("gpu", new()
        {
            Identity = new PodIdentity { Pod = pod, Session = "s1" },
            Facts = new PodFacts { State = PodState.Idle },
            Notice = notice,
        });

    private static async Task CommitAsync(PodQueue queue, params Task<HeartbeatReply>[] calls)
    {
        queue.Commits.CommitQueued().ShouldBeTrue();
        await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static void MakeOld(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            DROP TABLE hours;
            ALTER TABLE pods DROP COLUMN ordered;
            ALTER TABLE pods DROP COLUMN taken_session;
            ALTER TABLE pods DROP COLUMN taken_hour;
            PRAGMA user_version = {QueueSchema.WithOrders - 1};
            """;
        command.ExecuteNonQuery();
    }
}
