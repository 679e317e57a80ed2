using Serverless.Agent.Notices;
using Serverless.Agent.Supervision;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Notices;

/// <summary>How long a worker may take to end.</summary>
public sealed class StopOrderTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(120, 90)]
    [InlineData(100, 90)]
    [InlineData(60, 50)]
    [InlineData(30, 20)]
    [InlineData(5, 3)]
    public void Grace_IsNinetySecondsButLeavesAMarginBeforeTheDeadline(int notice, int grace)
    {
        using var stop = new StopOrder(_clock);
        stop.Give(Notice(notice));
        stop.Given.IsCancellationRequested.ShouldBeTrue();

        _clock.Advance(TimeSpan.FromSeconds(grace) - TimeSpan.FromMilliseconds(1));
        stop.GraceOver.IsCancellationRequested.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        stop.GraceOver.IsCancellationRequested.ShouldBeTrue();

        stop.TimeOver.IsCancellationRequested.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(notice - grace));
        stop.TimeOver.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void Deadline_Earlier_CountsAndALaterOneDoesNot()
    {
        using var stop = new StopOrder(_clock);
        stop.Give(Notice(120));
        stop.Give(Notice(5));
        stop.Give(Notice(60));

        _clock.Advance(TimeSpan.FromSeconds(3));

        stop.GraceOver.IsCancellationRequested.ShouldBeTrue();
        stop.Notice!.Text.ShouldBe("120");
    }

    [Fact]
    public void Person_GivesNinetySecondsAndAllTheTimeForTheUpload()
    {
        using var stop = new StopOrder(_clock);
        stop.Give();

        _clock.Advance(StopOrder.LongestGrace);

        stop.GraceOver.IsCancellationRequested.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromHours(1));
        stop.TimeOver.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void Deadline_InThePast_LeavesNoTime()
    {
        using var stop = new StopOrder(_clock);
        stop.Give(Notice(-10));
        _clock.Advance(TimeSpan.Zero);

        stop.GraceOver.IsCancellationRequested.ShouldBeTrue();
    }

    private SpotNotice Notice(int seconds) => new("test", $"{seconds}", _clock.GetUtcNow() + TimeSpan.FromSeconds(seconds));
}
