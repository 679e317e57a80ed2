using System.Reflection;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;
using Serverless.Durable;
using Serverless.Functions.Durable;
using DurableMetadata = Microsoft.DurableTask.Client.OrchestrationMetadata;
using DurableStart = Microsoft.DurableTask.StartOrchestrationOptions;
using DurableStatus = Microsoft.DurableTask.Client.OrchestrationRuntimeStatus;
using DurableTaken = DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException;
using DurableTerminate = Microsoft.DurableTask.Client.TerminateInstanceOptions;
using StartOptions = Serverless.Durable.StartOrchestrationOptions;
using Status = Serverless.Durable.OrchestrationRuntimeStatus;
using TerminateOptions = Serverless.Durable.TerminateInstanceOptions;

namespace Serverless.Functions.Tests.Durable;

/// <summary>The adapter's client over a Durable Task that was told what to answer.</summary>
public sealed class DurableClientTests
{
    private const string Me = "run-1";

    private readonly Mock<DurableTaskClient> _native = new("test");
    private readonly DurableTaskDurableClient _client;

    public DurableClientTests() => _client = new DurableTaskDurableClient(_native.Object);

    [Fact]
    public void Status_Numbers_AreDurableTasks()
    {
#pragma warning disable CS0618 // Canceled is obsolete there, and is what it is here.
        Enum.GetValues<DurableStatus>().ToDictionary(status => (int)status, status => $"{status}")
            .ShouldBe(Enum.GetValues<Status>().ToDictionary(status => (int)status, status => $"{status}"), ignoreOrder: true);
#pragma warning restore CS0618
    }

    /// <summary>Calls every abstract member of the port with what a plain caller gives it.</summary>
    [Fact]
    public async Task Members_EachOfThePort_ReachDurableTask()
    {
        There(DurableStatus.Failed);
        Lists();
        _native.Setup(client => client.WaitForInstanceCompletionAsync(Me, false, default))
            .ReturnsAsync(Instance(Me, DurableStatus.Completed));
        _native.Setup(client => client.GetOrchestrationHistoryAsync(Me, default)).ReturnsAsync([]);
        _native.Setup(client => client.PurgeInstanceAsync(Me, It.IsAny<PurgeInstanceOptions>(), default)).ReturnsAsync(new PurgeResult(1));
        var members = typeof(DurableClient).GetMethods().Where(method => method.IsAbstract).ToList();
        members.Count.ShouldBeGreaterThan(10);

        foreach (var member in members)
        {
            _native.Invocations.Clear();
            await (Task)member.Invoke(_client, [.. member.GetParameters().Select(Sample)])!;
            _native.Invocations.ShouldNotBeEmpty($"{member.Name} is not forwarded");
        }
    }

    [Fact]
    public async Task Schedule_Default_KeepsWhatHasNotEnded()
    {
        DurableStart? asked = null;
        _native.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(new TaskName("Main"), "in", It.IsAny<DurableStart>(), default))
            .Callback((TaskName _, object? _, DurableStart? start, CancellationToken _) => asked = start).ReturnsAsync(Me);

        (await _client.ScheduleNewOrchestrationInstanceAsync("Main", "in", new StartOptions { InstanceId = Me })).ShouldBe(Me);

        asked!.InstanceId.ShouldBe(Me);
        asked.DedupeStatuses.ShouldBe(["Pending", "Running", "Suspended"]);
    }

    [Fact]
    public async Task Schedule_IdThatIsTaken_SaysWhoseStateThatIs()
    {
        _native.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(
            It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<DurableStart>(), default)).ThrowsAsync(new DurableTaken("taken"));
        There(DurableStatus.Suspended);

        var refused = await Should.ThrowAsync<OrchestrationAlreadyExistsException>(
            () => _client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOptions { InstanceId = Me }));

        (refused.InstanceId, refused.RuntimeStatus).ShouldBe((Me, Status.Suspended));
    }

    [Fact]
    public async Task Get_WithPayloads_ShowsAllThatIsKnown()
    {
        There(DurableStatus.Running, with => with.SerializedInput = "1");

        var found = (await _client.GetInstanceAsync(Me, getInputsAndOutputs: true))!;

        (found.Name, found.InstanceId, found.RuntimeStatus).ShouldBe(("Main", Me, Status.Running));
        (found.ParentInstanceId, found.SerializedInput, found.SerializedCustomStatus).ShouldBe(("parent", "1", null));
    }

    /// <summary>Durable Task tells the failure only with the payloads.</summary>
    [Fact]
    public async Task Get_OfAFailedInstanceWithoutPayloads_TellsTheFailureAlone()
    {
        There(DurableStatus.Failed);
        There(DurableStatus.Failed, with => with.FailureDetails = new TaskFailureDetails("E", "why", null, null, null), payloads: true);

        var found = (await _client.GetInstanceAsync(Me))!;

        (found.FailureDetails, found.SerializedInput).ShouldBe((new FailureDetails("E", "why"), null));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(DurableStatus.Completed, false)]
    [InlineData(DurableStatus.Failed, false)]
    [InlineData(DurableStatus.Terminated, false)]
    [InlineData(DurableStatus.Pending, true)]
    [InlineData(DurableStatus.Running, true)]
    [InlineData(DurableStatus.Suspended, true)]
    public async Task Steering_OfAnInstance_ReachesItOnlyWhileItLives(DurableStatus? status, bool reaches)
    {
        There(status);

        (await _client.RaiseEventAsync(Me, "item", "payload")).ShouldBe(reaches);
        (await _client.SuspendInstanceAsync(Me, "why")).ShouldBe(reaches);
        (await _client.ResumeInstanceAsync(Me, "on")).ShouldBe(reaches);
        (await _client.TerminateInstanceAsync(Me, new TerminateOptions("out", Recursive: false))).ShouldBe(reaches);

        var times = reaches ? Times.Once() : Times.Never();
        _native.Verify(client => client.RaiseEventAsync(Me, "item", "payload", default), times);
        _native.Verify(client => client.SuspendInstanceAsync(Me, "why", default), times);
        _native.Verify(client => client.ResumeInstanceAsync(Me, "on", default), times);
        _native.Verify(
            client => client.TerminateInstanceAsync(
                Me, It.Is<DurableTerminate>(asked => (string?)asked.Output == "out" && !asked.Recursive), default),
            times);
    }

    [Fact]
    public async Task Terminate_Recursive_EndsWhatTheInstanceStartedAndLeavesOthers()
    {
        There(DurableStatus.Running);
        Lists(
            Instance("run-1:0", DurableStatus.Running),
            Instance("run-1:1", DurableStatus.Completed),
            Instance("RUN-1:2", DurableStatus.Running));

        await _client.TerminateInstanceAsync(Me);

        Called(nameof(DurableTaskClient.TerminateInstanceAsync)).ShouldBe([Me, "run-1:0"]);
    }

    [Fact]
    public async Task Purge_Recursive_DeletesChildrenThatEndedAndTheInstanceLast()
    {
        There(DurableStatus.Completed);
        Lists(
            Instance("run-1:0", DurableStatus.Completed),
            Instance("run-1:1", DurableStatus.Running),
            Instance("run-1:2", DurableStatus.Failed));
        _native.Setup(client => client.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<PurgeInstanceOptions>(), default))
            .ReturnsAsync(new PurgeResult(1));

        (await _client.PurgeInstanceAsync(Me, recursive: true)).ShouldBe(3);

        Called(nameof(DurableTaskClient.PurgeInstanceAsync)).ShouldBe(["run-1:0", "run-1:2", Me]);
    }

    [Fact]
    public async Task Purge_OfWhatIsNotThereOrRuns_DeletesNothing()
    {
        (await _client.PurgeInstanceAsync(Me)).ShouldBe(0);
        There(DurableStatus.Running);

        await Should.ThrowAsync<InvalidOperationException>(() => _client.PurgeInstanceAsync(Me));

        Called(nameof(DurableTaskClient.PurgeInstanceAsync)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(DurableStatus.Completed, false)]
    [InlineData(DurableStatus.Failed, true)]
    public async Task Rewind_OfAnInstance_IsForThoseThatFailed(DurableStatus? status, bool expected)
    {
        There(status);

        (await _client.RewindInstanceAsync(Me)).ShouldBe(expected);

        _native.Verify(client => client.RewindInstanceAsync(Me, "", default), expected ? Times.Once() : Times.Never());
    }

    [Fact]
    public async Task Restart_OfAnInstance_KeepsItsIdOnlyWhenItHasEnded()
    {
        _native.Setup(client => client.RestartAsync(Me, It.IsAny<bool>(), default)).ReturnsAsync("new");
        await Should.ThrowAsync<InstanceNotFoundException>(() => _client.RestartAsync(Me));
        There(DurableStatus.Running);
        (await Should.ThrowAsync<OrchestrationAlreadyExistsException>(() => _client.RestartAsync(Me)))
            .RuntimeStatus.ShouldBe(Status.Running);

        (await _client.RestartAsync(Me, restartWithNewInstanceId: true)).ShouldBe("new");
        There(DurableStatus.Failed);
        (await _client.RestartAsync(Me)).ShouldBe("new");

        _native.Verify(client => client.RestartAsync(Me, true, default), Times.Once());
        _native.Verify(client => client.RestartAsync(Me, false, default), Times.Once());
    }

    [Fact]
    public async Task WaitAndHistory_OfWhatIsNotThere_SaySo()
    {
        await Should.ThrowAsync<InstanceNotFoundException>(() => _client.WaitForInstanceCompletionAsync(Me));
        await Should.ThrowAsync<InstanceNotFoundException>(() => _client.GetOrchestrationHistoryAsync(Me));
    }

    private void There(DurableStatus? status, Action<Payloads>? change = null, bool? payloads = null)
    {
        var payload = new Payloads();
        change?.Invoke(payload);
        var found = status is null ? null : Instance(Me, status.Value, payload);
        _native.Setup(client => client.GetInstanceAsync(
            Me, It.Is<bool>(asked => payloads == null || asked == payloads), default)).ReturnsAsync(found);
    }

    private void Lists(params DurableMetadata[] instances) => _native.Setup(
            client => client.GetAllInstancesAsync(It.IsAny<Microsoft.DurableTask.Client.OrchestrationQuery>()))
        .Returns(Pageable.Create((_, _, _) => Task.FromResult(new Page<DurableMetadata>(instances, null))));

    private IEnumerable<object?> Called(string method) =>
        _native.Invocations.Where(call => call.Method.Name == method).Select(call => call.Arguments[0]);

    private static object? Sample(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => Me,
        var type when type == typeof(bool) => false,
        var type when type == typeof(Serverless.Durable.OrchestrationQuery) => new Serverless.Durable.OrchestrationQuery(),
        var type when type == typeof(CancellationToken) => CancellationToken.None,
        _ => null,
    };

    private static DurableMetadata Instance(string id, DurableStatus status, Payloads? payloads = null) => new("Main", id)
    {
        RuntimeStatus = status,
        SerializedInput = payloads?.SerializedInput,
        SerializedCustomStatus = "null",
        FailureDetails = payloads?.FailureDetails,
        Tags = new Dictionary<string, string> { ["fanout.parent"] = "parent" },
    };

    private sealed class Payloads
    {
        public string? SerializedInput { get; set; }

        public TaskFailureDetails? FailureDetails { get; set; }
    }
}
