using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Host.Runs;
using Serverless.Host.Sources;

namespace Serverless.Host.Schedule;

/// <summary>When runs are timed, and over what, as the settings say.</summary>
/// <param name="Schedule">When.</param>
/// <param name="Source">Over what; null when there are no timed runs.</param>
/// <param name="Runs">Starts them; null when there is no source.</param>
internal sealed record DailyPlan(DailySchedule Schedule, IFlashpointSource? Source, DailyRuns? Runs) : IDisposable
{
    public const string NoSource = "There are no timed runs: FLASHPOINT_SOURCE is not set.";

    public static DailyPlan Of(HostParts parts, RunStarter starter, SourceClient client)
    {
        var source = TimerSource.Open(parts.Settings, client, parts.Time);
        return new DailyPlan(
            new DailySchedule(parts.Settings.DailySchedule, parts.Settings.TimeZone),
            source,
            source is null ? null : new DailyRuns(parts, starter, source));
    }

    public void Dispose() => Runs?.Dispose();
}

/// <summary>Puts the daily timer into a host.</summary>
internal static partial class ScheduleRegistration
{
    public static IServiceCollection AddSchedule(this IServiceCollection services) => services
        .AddSingleton<SourceClient>()
        .AddSingleton<RequestSources>()
        .AddSingleton(provider => new ScheduleBook(
            provider.GetRequiredService<HostParts>().Objects,
            provider.GetRequiredService<ILogger<ScheduleBook>>(),
            provider.GetRequiredService<HostParts>().Platform.IsShared))
        .AddSingleton(provider => new DueRun(
            provider.GetRequiredService<DailyPlan>(),
            provider.GetRequiredService<ScheduleBook>(),
            provider.GetRequiredService<HostParts>(),
            provider.GetRequiredService<ILogger<DueRun>>()))
        .AddSingleton(provider => DailyPlan.Of(
            provider.GetRequiredService<HostParts>(),
            provider.GetRequiredService<RunStarter>(),
            provider.GetRequiredService<SourceClient>()))
        .AddSingleton<IHostedService>(Timer);

    private static IHostedService Timer(IServiceProvider provider)
    {
        var plan = provider.GetRequiredService<DailyPlan>();
        var log = provider.GetRequiredService<ILogger<DailyTimer>>();
        if (plan.Runs is { } runs)
        {
            return new DailyTimer(
                plan.Schedule, runs, provider.GetRequiredService<ScheduleBook>(), provider.GetRequiredService<HostParts>().Time, log);
        }

        LogNoTimer(log, DailyPlan.NoSource);
        return new NoTimer();
    }

    [LoggerMessage(1, LogLevel.Information, "{Reason}")]
    private static partial void LogNoTimer(ILogger log, string reason);

    private sealed class NoTimer : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
