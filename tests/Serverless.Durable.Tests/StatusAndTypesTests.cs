using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Durable.Tests;

public sealed partial class StatusAndTypesTests
{
    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running, 0, false)]
    [InlineData(OrchestrationRuntimeStatus.Completed, 1, true)]
    [InlineData(OrchestrationRuntimeStatus.ContinuedAsNew, 2, false)]
    [InlineData(OrchestrationRuntimeStatus.Failed, 3, true)]
    [InlineData(OrchestrationRuntimeStatus.Canceled, 4, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, 5, true)]
    [InlineData(OrchestrationRuntimeStatus.Pending, 6, false)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, 7, false)]
    public void Status_HasDurableTasksNumberAndKnowsWhetherItIsAnEnd(
        OrchestrationRuntimeStatus status, int number, bool ended)
    {
        ((int)status).ShouldBe(number);
        status.IsEnded().ShouldBe(ended);
    }

    [Fact]
    public void StartOptions_ByDefault_KeepEverythingThatHasNotEnded() =>
        new StartOrchestrationOptions().DedupeStatuses.ShouldBe(
            Enum.GetValues<OrchestrationRuntimeStatus>().Where(status => !status.IsEnded()), ignoreOrder: true);

    [Fact]
    public void TerminateOptions_ByDefault_TakeTheChildrenToo() => new TerminateInstanceOptions().Recursive.ShouldBeTrue();

    [Fact]
    public void Registry_NameTaken_IsRefused()
    {
        var registry = new DurableRegistry(Json.Default.Options)
            .AddActivity("Work", () => new Echo<int>())
            .AddOrchestrator("Main", () => throw new NotSupportedException());

        Should.Throw<ArgumentException>(() => registry.AddActivity("Work", () => new Echo<int>()));
        Should.Throw<ArgumentException>(() => registry.AddOrchestrator("Main", () => throw new NotSupportedException()));
        registry.Activities.Keys.ShouldBe(["Work"]);
        registry.Orchestrators.Keys.ShouldBe(["Main"]);
    }

    [Fact]
    public async Task Activity_InputMissing_IsNullWhereThatIsAValueAndRefusedWhereItIsNot()
    {
        var context = new ActivityContext("Echo", "me", CancellationToken.None);

        (await ((IActivity)new Echo<string>()).RunAsync(context, null)).ShouldBeNull();
        (await ((IActivity)new Echo<int?>()).RunAsync(context, null)).ShouldBeNull();
        (await ((IActivity)new Echo<int>()).RunAsync(context, 7)).ShouldBe(7);
        (await Should.ThrowAsync<ArgumentException>(() => ((IActivity)new Echo<int>()).RunAsync(context, null)))
            .Message.ShouldBe("The input is missing; System.Int32 is expected.");
        (await Should.ThrowAsync<ArgumentException>(() => ((IActivity)new Echo<int>()).RunAsync(context, "x")))
            .Message.ShouldBe("The input is System.String; System.Int32 is expected.");
    }

    [Fact]
    public void Metadata_ReadsItsPayloadsByType()
    {
        var metadata = new OrchestrationMetadata
        {
            Name = "Main",
            InstanceId = "me",
            RuntimeStatus = OrchestrationRuntimeStatus.Completed,
            CreatedAt = default,
            LastUpdatedAt = default,
            SerializedInput = "1",
            SerializedOutput = "2",
        };

        metadata.ReadInputAs(Json.Default.Int32).ShouldBe(1);
        metadata.ReadOutputAs(Json.Default.Int32).ShouldBe(2);
        metadata.ReadCustomStatusAs(Json.Default.String).ShouldBeNull();
        Should.Throw<JsonException>(() => metadata.ReadOutputAs(Json.Default.String));
    }

    private sealed class Echo<T> : Activity<T, T>
    {
        public override Task<T> RunAsync(ActivityContext context, T input) => Task.FromResult(input);
    }

    [JsonSerializable(typeof(int))]
    [JsonSerializable(typeof(string))]
    private sealed partial class Json : JsonSerializerContext;
}
