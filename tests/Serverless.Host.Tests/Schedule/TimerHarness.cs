using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Host.Schedule;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Schedule;

/// <summary>The daily timer on a driven clock. Its state outlives it; what it starts is noted down.</summary>
internal sealed class TimerHarness(DateTimeOffset start, string zone = "UTC", string expression = "0 0 2 * * *")
    : IAsyncDisposable, IDailyRuns
{
    private readonly HashSet<DateOnly> _there = [];
    private DailyTimer? _timer;

    public ManualClock Clock { get; } = new(start);

    public MemoryObjectStore Objects { get; } = new();

    public RecordedLogs Log { get; } = new();

    public DailySchedule Schedule { get; set; } = new(expression, TimeZoneInfo.FindSystemTimeZoneById(zone));

    /// <summary>Every try, with the clock's time then.</summary>
    public ConcurrentQueue<(DateOnly Date, DateTimeOffset At)> Tries { get; } = new();

    /// <summary>The tries that made a run.</summary>
    public ConcurrentQueue<(DateOnly Date, DateTimeOffset At)> Starts { get; } = new();

    /// <summary>What the next tries meet.</summary>
    public Func<Exception?> Failure { get; set; } = static () => null;

    public async Task StartTimerAsync()
    {
        _timer = new DailyTimer(
            Schedule, this, new ScheduleBook(Objects, Log.CreateLogger<ScheduleBook>()), Clock, Log.CreateLogger<DailyTimer>());
        await _timer.StartAsync(default);
        await NappingAsync();
    }

    public async Task StopTimerAsync()
    {
        if (_timer is null) return;
        await _timer.StopAsync(default);
        _timer.Dispose();
        _timer = null;
    }

    /// <summary>Lets the time pass, one nap after the other.</summary>
    public async Task DriveToAsync(DateTimeOffset target)
    {
        while (Clock.NextDue <= target)
        {
            Clock.AdvanceTo(Clock.NextDue.Value);
            await NappingAsync();
        }

        Clock.AdvanceTo(target);
    }

    /// <summary>The clock is set, or the machine sleeps until then; the nap goes on for what was left of it.</summary>
    public async Task SetClockAsync(DateTimeOffset now)
    {
        Clock.Set(now);
        await DriveToAsync(now + HostLimits.MaxScheduleNap);
    }

    /// <summary>The state as it lies in the store.</summary>
    public async Task<ScheduleState> StateAsync()
    {
        using var book = new ScheduleBook(Objects, Log.CreateLogger<ScheduleBook>());
        return await book.ReadAsync(default);
    }

    public Task<DailyStart> StartAsync(DateOnly date, string trigger, CancellationToken cancellationToken)
    {
        trigger.ShouldBe("timer");
        Tries.Enqueue((date, Clock.GetUtcNow()));
        if (Failure() is { } failure) return Task.FromException<DailyStart>(failure);
        var isNew = _there.Add(date);
        if (isNew) Starts.Enqueue((date, Clock.GetUtcNow()));
        return Task.FromResult(new DailyStart(DailyRuns.IdOf(date), isNew ? DailyResult.Started : DailyResult.AlreadyThere));
    }

    public async ValueTask DisposeAsync() => await StopTimerAsync();

    private Task NappingAsync() =>
        Clock.WhenTimerDueBy(DateTimeOffset.MaxValue).WaitAsync(Harness.HostHarness.Patience);
}
