using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Settings;
using Serverless.Functions.Schedule;
using Serverless.Functions.Tests.Wire;
using Serverless.Host.Sources;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Schedule;

/// <summary>The timer trigger, called as the Functions host's timer calls it.</summary>
public sealed class DailyTriggerTests : IDisposable
{
    private static readonly DateTimeOffset Due = new(2026, 3, 10, 2, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new(Due);

    private string Source => _folder.File("source.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Timer_Due_StartsTheDaysRunOnce()
    {
        await File.WriteAllTextAsync(Source, """[{"id":"a"},{"id":"b"}]""");
        await using var head = await StartAsync();

        await CallAsync(head);
        await CallAsync(head, isPastDue: true);

        var run = await GetAsync(head, "/api/runs/etl-2026-03-10");
        run.GetProperty("trigger").GetString().ShouldBe("timer");
        run.GetProperty("flashpoints").GetInt32().ShouldBe(2);
        (await LastAsync(head)).GetProperty("result").GetString().ShouldBe("already_there");
        (await GetAsync(head, "/api/runs")).GetProperty("runs").GetArrayLength().ShouldBe(1);
    }

    /// <summary>What was due yesterday is yesterday's run, however late it is asked for.</summary>
    [Theory]
    [InlineData(0, "2026-03-10")]
    [InlineData(7 * 60, "2026-03-10")]
    [InlineData(23 * 60 + 59, "2026-03-10")]
    [InlineData(24 * 60, "2026-03-11")]
    public async Task Timer_Late_StartsTheRunOfTheDayThatWasDue(int minutes, string date)
    {
        await File.WriteAllTextAsync(Source, """[{"id":"a"}]""");
        await using var head = await StartAsync();
        _clock.AdvanceTo(Due + TimeSpan.FromMinutes(minutes));

        await CallAsync(head, isPastDue: minutes > 0);

        (await LastAsync(head)).GetProperty("run_id").GetString().ShouldBe($"etl-{date}");
    }

    /// <summary>The host asks again after a failure, by the trigger's retry.</summary>
    [Fact]
    public async Task Timer_SourceNotThere_FailsAndSaysWhy()
    {
        await using var head = await StartAsync();

        await Should.ThrowAsync<SourceException>(() => CallAsync(head));

        var last = await LastAsync(head);
        last.GetProperty("result").GetString().ShouldBe("failed");
        last.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("source.json");
    }

    [Fact]
    public async Task Timer_WithoutASource_DoesNothing()
    {
        await using var head = await AzureHarness.StartAsync();

        await CallAsync(head);

        (await GetAsync(head, "/api/runs")).GetProperty("runs").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public void Trigger_OfTheSchedule_IsTheSettingsAndNotAtTheStart()
    {
        var trigger = typeof(DailyTrigger).GetMethod(nameof(DailyTrigger.RunAsync))!.GetParameters()[0]
            .GetCustomAttribute<TimerTriggerAttribute>()!;

        trigger.Schedule.ShouldBe("%DAILY_SCHEDULE%");
        trigger.RunOnStartup.ShouldBeFalse();
        trigger.UseMonitor.ShouldBeTrue();
    }

    private Task<AzureHarness> StartAsync() => AzureHarness.StartAsync(
        AzureHarness.Settings with { FlashpointSource = new Secret(Source) },
        change: services => services.AddSingleton<TimeProvider>(_clock));

    private static Task CallAsync(AzureHarness head, bool isPastDue = false) =>
        ActivatorUtilities.CreateInstance<DailyTrigger>(head.Services).RunAsync(
            new TimerInfo { IsPastDue = isPastDue }, head.Native, CancellationToken.None);

    private static async Task<JsonElement> LastAsync(AzureHarness head) => (await GetAsync(head, "/api/schedule")).GetProperty("last");

    private static async Task<JsonElement> GetAsync(AzureHarness head, string path) =>
        JsonElement.Parse(await head.Http.GetStringAsync(new Uri(path, UriKind.Relative)));
}
