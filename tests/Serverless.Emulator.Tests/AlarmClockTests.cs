using Serverless.Emulator.Timing;
using Serverless.TestKit;

namespace Serverless.Emulator.Tests;

public sealed class AlarmClockTests
{
    private readonly ManualClock _time = new();
    private readonly List<string> _rung = [];

    [Fact]
    public void Alarms_SetInAnyOrder_RingWhenDueInOrderOfTimeThenOfSetting()
    {
        using var alarms = new AlarmClock(_time);
        Set(alarms, 3, "c");
        Set(alarms, 1, "a1");
        Set(alarms, 1, "a2");
        Set(alarms, 2, "b");

        _time.Advance(TimeSpan.FromSeconds(2));
        _rung.ShouldBe(["a1", "a2", "b"]);
        _time.Advance(TimeSpan.FromSeconds(1));

        _rung.ShouldBe(["a1", "a2", "b", "c"]);
    }

    [Fact]
    public void Alarm_Dropped_DoesNotRing()
    {
        using var alarms = new AlarmClock(_time);
        var first = Set(alarms, 1, "a");
        Set(alarms, 2, "b");

        first.Drop();
        first.Drop();
        _time.Advance(TimeSpan.FromSeconds(2));

        _rung.ShouldBe(["b"]);
    }

    [Fact]
    public void Alarms_ManyDropped_OthersStillRing()
    {
        using var alarms = new AlarmClock(_time);
        var set = Enumerable.Range(0, 3000).Select(i => Set(alarms, 1 + (i % 7), $"{i}")).ToList();
        for (var i = 0; i < set.Count; i++)
        {
            if (i % 10 != 0) set[i].Drop();
        }

        _time.Advance(TimeSpan.FromSeconds(7));

        _rung.Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 300).Select(i => i * 10));
    }

    [Fact]
    public void Alarm_SetByAnAlarm_RingsInTheSameAdvance()
    {
        using var alarms = new AlarmClock(_time);
        alarms.Set(TimeSpan.FromSeconds(1), () => Set(alarms, 2, "second"));

        _time.Advance(TimeSpan.FromSeconds(5));

        _rung.ShouldBe(["second"]);
    }

    [Fact]
    public void Alarm_DaysAway_Rings()
    {
        using var alarms = new AlarmClock(_time);
        alarms.Set(TimeSpan.FromDays(100), () => _rung.Add("far"));

        _time.Advance(TimeSpan.FromDays(99));
        _rung.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromDays(1));

        _rung.ShouldBe(["far"]);
    }

    [Fact]
    public void Alarms_ClockDisposed_RingNoMore()
    {
        var alarms = new AlarmClock(_time);
        Set(alarms, 1, "a");

        alarms.Dispose();
        Set(alarms, 1, "b");
        _time.Advance(TimeSpan.FromSeconds(2));

        _rung.ShouldBeEmpty();
    }

    private AlarmClock.Alarm Set(AlarmClock alarms, int second, string name) =>
        alarms.Set(TimeSpan.FromSeconds(second), () => _rung.Add(name));
}
