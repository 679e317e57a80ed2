using System.Collections.Concurrent;
using Serverless.Durable;
using Shouldly;
using Xunit;
using static Serverless.Durable.OrchestrationRuntimeStatus;

namespace Serverless.TestKit;

public abstract partial class DurableContract
{
    [Fact]
    public async Task ContinueAsNew_Always_IsANewExecutionUnderTheSameId()
    {
        var seen = new ConcurrentQueue<string>();
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, generation) =>
        {
            seen.Enqueue($"{generation} {context.InstanceId} {context.IsReplaying}");
            context.SetCustomStatus($"generation {generation}");
            await context.WaitForExternalEvent<string>($"go {generation}");
            if (generation == 0) context.ContinueAsNew(1);
            return $"of {generation}";
        }));
        await ScheduleAsync(host, 0);
        await WhenShownAsync(host, "generation 0");
        await RaiseAsync(host, "go 0", "");
        await WhenShownAsync(host, "generation 1");
        seen.Clear();

        await host.ForgetAsync();
        await RaiseAsync(host, "go 1", "");

        (await ResultAsync<string>(host)).ShouldBe("of 1");
        (await GetAsync(host)).SerializedInput.ShouldBe("1");
        seen.ShouldAllBe(line => line == "1 me True", "the history of the execution before is gone");
        seen.ShouldNotBeEmpty();
    }

    [Fact]
    public virtual async Task ContinueAsNew_ResultsOfOpenTasks_AreDropped()
    {
        Gate[] gates = [new(), new()];
        await using var host = await StartAsync(Registry()
            .Activity<int, string>("Gated", async (context, generation) =>
            {
                await gates[generation].PassAsync(context.CancellationToken);
                return $"of {generation}";
            })
            .Orchestrator<int, string>(Main, async (context, generation) =>
            {
                var work = context.CallActivityAsync<string>("Gated", generation);
                if (generation == 1) return await work;
                await context.WaitForExternalEvent<string>("go");
                context.ContinueAsNew(1);
                return "";
            }));
        await ScheduleAsync(host, 0);
        await gates[0].ArrivedAsync();
        await RaiseAsync(host, "go", "");
        await gates[1].ArrivedAsync();

        gates[0].Open();
        gates[1].Open();

        (await ResultAsync<string>(host)).ShouldBe("of 1");
    }

    [Fact]
    public virtual async Task ContinueAsNew_UnprocessedEvents_AreKept() => (await ContinuedAsync(preserve: true)).ShouldBe("item");

    [Fact]
    public async Task ContinueAsNew_UnprocessedEventsAreNotWanted_AreDropped() =>
        (await ContinuedAsync(preserve: false)).ShouldBe("nothing");

    /// <summary>Durable Task itself replaces it silently; docs/decisions/0003-live-instances-are-not-replaced.md says why the
    /// port asks for the list, whose default holds all that has not ended.</summary>
    [Fact]
    public async Task Schedule_IdOfARunningInstance_IsRefusedUnlessReplacingIsAskedFor()
    {
        await using var host = await StartAsync(Echo());
        await ScheduleAsync(host, "old");
        await WhenInAsync(host, Running);

        await Should.ThrowAsync<OrchestrationAlreadyExistsException>(() => ScheduleAsync(host, "new"));

        (await GetAsync(host)).SerializedInput.ShouldBe("\"old\"");
    }

    [Fact]
    public async Task Schedule_IdOfARunningInstanceAndNoStatesToKeep_ReplacesIt()
    {
        await using var host = await StartAsync(Echo());
        await ScheduleAsync(host, "old");
        await WhenInAsync(host, Running);

        await ScheduleAsync(host, "new", dedupe: []);
        await WhenInAsync(host, Running);
        await RaiseAsync(host, "go", "");

        (await ResultAsync<string>(host)).ShouldBe("new");
    }

    [Fact]
    public async Task Schedule_IdOfARunningInstanceAndRunningIsToBeKept_Throws()
    {
        await using var host = await StartAsync(Echo());
        await ScheduleAsync(host, "old");
        await WhenInAsync(host, Running);

        var refused = await Should.ThrowAsync<OrchestrationAlreadyExistsException>(
            () => ScheduleAsync(host, "new", dedupe: [Running, Pending]));

        refused.InstanceId.ShouldBe(Me);
        await RaiseAsync(host, "go", "");
        (await ResultAsync<string>(host)).ShouldBe("old");
    }

    [Fact]
    public async Task Schedule_IdOfAnEndedInstance_ReplacesIt()
    {
        await using var host = await StartAsync(Echo());
        await ScheduleAsync(host, "old");
        await RaiseAsync(host, "go", "");
        await EndAsync(host);

        await ScheduleAsync(host, "new");
        await RaiseAsync(host, "go", "");

        (await ResultAsync<string>(host)).ShouldBe("new");
    }

    /// <summary>Starts over with an event that nobody took, and gives what the next execution finds of it.</summary>
    private async Task<string?> ContinuedAsync(bool preserve)
    {
        await using var host = await StartAsync(Registry().Orchestrator<int, string>(Main, async (context, generation) =>
        {
            await context.WaitForExternalEvent<string>($"go {generation}");
            if (generation == 0)
            {
                context.ContinueAsNew(1, preserve);
                return "";
            }

            using var cancel = new CancellationTokenSource();
            var item = context.WaitForExternalEvent<string>("item", cancel.Token);
            if (item.IsCompleted) return await item;
            cancel.Cancel();
            return "nothing";
        }));
        await ScheduleAsync(host, 0);
        await RaiseAsync(host, "item", "item");
        await RaiseAsync(host, "go 0", "");
        await host.UntilAsync(async () => (await GetAsync(host)).SerializedInput == "1");

        await RaiseAsync(host, "go 1", "");

        return await ResultAsync<string>(host);
    }

    private static DurableRegistry Echo() => Registry().Orchestrator<string, string>(Main, async (context, input) =>
    {
        await context.WaitForExternalEvent<string>("go");
        return input;
    });
}
