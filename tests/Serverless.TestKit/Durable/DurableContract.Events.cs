using System.Text.Json;
using Shouldly;
using Xunit;

namespace Serverless.TestKit;

public abstract partial class DurableContract
{
    [Fact]
    public async Task Event_NotInTime_ThrowsTaskCanceled()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, _) =>
        {
            var late = await Caught.OfAsync<TaskCanceledException>(context.WaitForExternalEvent<string>("item", ShortTime));
            return late.GetType().Name;
        }));
        await ScheduleAsync(host, 0);

        await host.PassAsync(ShortTime);

        (await ResultAsync<string>(host)).ShouldBe("TaskCanceledException");
    }

    [Fact]
    public async Task Event_AfterItsTimeout_IsKeptForTheNextWaiter()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, _) =>
        {
            await Caught.OfAsync<TaskCanceledException>(context.WaitForExternalEvent<string>("item", ShortTime));
            context.SetCustomStatus("too late");
            await context.WaitForExternalEvent<string>("go");
            return await context.WaitForExternalEvent<string>("item");
        }));
        await ScheduleAsync(host, 0);
        await host.PassAsync(ShortTime);
        await WhenShownAsync(host, "too late");

        await RaiseAsync(host, "item", "kept");
        await host.ForgetAsync();
        await RaiseAsync(host, "go", "");

        (await ResultAsync<string>(host)).ShouldBe("kept");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Event_InTime_IsTheResultAndNothingIsWaitedForAnyMore(bool early)
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, _) =>
        {
            await context.WaitForExternalEvent<string>("go");
            return await context.WaitForExternalEvent<string>("item", TimeSpan.FromDays(1));
        }));
        await ScheduleAsync(host, 0);

        if (early) await RaiseAsync(host, "item", "came");
        await RaiseAsync(host, "go", "");
        if (!early) await RaiseAsync(host, "item", "came");

        (await ResultAsync<string>(host)).ShouldBe("came");
    }

    [Fact]
    public async Task Event_SeveralWaitersForOneName_ServesTheNewestFirst()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string[]>(Main, async (context, _) =>
        {
            var first = context.WaitForExternalEvent<string>("item");
            var second = context.WaitForExternalEvent<string>("item");
            return [await second, await first];
        }));
        await ScheduleAsync(host, 0);

        await RaiseAsync(host, "item", "to the newest");
        await RaiseAsync(host, "item", "to the oldest");

        (await ResultAsync<string[]>(host)).ShouldBe(["to the newest", "to the oldest"]);
    }

    [Fact]
    public async Task Event_WaitersForOneNameAskForDifferentTypes_TheSecondThrows()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, int>(Main, async (context, _) =>
        {
            var other = context.WaitForExternalEvent<string>("item");
            return await context.WaitForExternalEvent<int>("item") + (await other).Length;
        }));
        await ScheduleAsync(host, 0);

        (await FailureAsync(host)).ErrorType.ShouldBe("System.ArgumentException");
    }

    /// <summary>Whoever has a key may raise an event, with anything in it.</summary>
    [Fact]
    public async Task Event_PayloadOfAnotherType_FailsWhoWaitsForIt()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, _) =>
            (await Caught.OfAsync<JsonException>(context.WaitForExternalEvent<string>("item"))).GetType().Name));
        await ScheduleAsync(host, 0);

        await RaiseAsync(host, "item", 42);

        (await ResultAsync<string>(host)).ShouldBe("JsonException");
    }

    [Fact]
    public async Task Event_WithoutPayload_IsTheTypesDefault()
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, _) =>
            $"{await context.WaitForExternalEvent<string?>("text") is null} {await context.WaitForExternalEvent<int>("number")}"));
        await ScheduleAsync(host, 0);

        await RaiseAsync(host, "text", null);
        await RaiseAsync(host, "number", null);

        (await ResultAsync<string>(host)).ShouldBe("True 0");
    }
}
