using System.Reflection;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Moq;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Functions.Durable;
using DurableFailed = Microsoft.DurableTask.TaskFailedException;
using Policy = Serverless.Durable.RetryPolicy;
using PortFailed = Serverless.Durable.TaskFailedException;

namespace Serverless.Functions.Tests.Durable;

/// <summary>The adapter's context over a Durable Task that was told what to answer.</summary>
public sealed class DurableTaskContextTests
{
    private static readonly DateTime Now = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Mock<TaskOrchestrationContext> _native = new();
    private readonly DurableTaskContext _context;

    public DurableTaskContextTests()
    {
        _native.Setup(context => context.Name).Returns(new TaskName("Chunk"));
        _native.Setup(context => context.InstanceId).Returns("run-1:0");
        _native.Setup(context => context.Version).Returns("1.2");
        _native.Setup(context => context.CurrentUtcDateTime).Returns(Now);
        _native.Setup(context => context.NewGuid()).Returns(new Guid(7, 0, 0, new byte[8]));
        _context = new DurableTaskContext(_native.Object, RunJson.Default.Options);
    }

    /// <summary>Calls every abstract member of the port with what a plain caller gives it.</summary>
    [Fact]
    public void Members_EachOfThePort_ReachesDurableTask()
    {
        var members = typeof(OrchestrationContext).GetMethods().Where(method => method.IsAbstract).ToList();
        members.Count.ShouldBeGreaterThan(10);

        foreach (var member in members)
        {
            _native.Invocations.Clear();
            var called = member.IsGenericMethodDefinition ? member.MakeGenericMethod(typeof(string)) : member;
            called.Invoke(_context, [.. called.GetParameters().Select(Sample)]);
            _native.Invocations.ShouldNotBeEmpty($"{member.Name} is not forwarded");
        }
    }

    [Fact]
    public void Identity_IsDurableTasks()
    {
        _native.Setup(context => context.Parent).Returns(new ParentOrchestrationInstance(new TaskName("Group"), "run-1:g1-0"));
        _native.Setup(context => context.IsReplaying).Returns(true);

        (_context.Name, _context.InstanceId, _context.ParentInstanceId).ShouldBe(("Chunk", "run-1:0", "run-1:g1-0"));
        (_context.CurrentUtcDateTime, _context.IsReplaying).ShouldBe((Now, true));
    }

    [Fact]
    public async Task Activity_WithAPolicy_IsAskedForWithThatPolicy()
    {
        TaskOptions? asked = null;
        _native.Setup(context => context.CallActivityAsync<int>(new TaskName("Work"), "in", It.IsAny<TaskOptions>()))
            .Callback((TaskName _, object? _, TaskOptions? options) => asked = options).ReturnsAsync(42);
        var policy = new Policy(4, TimeSpan.FromSeconds(1), 3, TimeSpan.FromMinutes(2), TimeSpan.FromHours(1));

        (await _context.CallActivityAsync<int>("Work", "in", policy)).ShouldBe(42);

        var native = asked!.Retry!.Policy!;
        (native.MaxNumberOfAttempts, native.FirstRetryInterval, native.BackoffCoefficient).ShouldBe((4, TimeSpan.FromSeconds(1), 3.0));
        (native.MaxRetryInterval, native.RetryTimeout).ShouldBe((TimeSpan.FromMinutes(2), TimeSpan.FromHours(1)));
    }

    /// <summary>Durable Task's own longest interval is an hour, the port's is none.</summary>
    [Fact]
    public async Task Activity_PolicyWithoutBounds_HasNone()
    {
        TaskOptions? asked = null;
        _native.Setup(context => context.CallActivityAsync<int>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .Callback((TaskName _, object? _, TaskOptions? options) => asked = options).ReturnsAsync(1);

        await _context.CallActivityAsync<int>("Work", null, new Policy(2, TimeSpan.FromSeconds(1)));

        asked!.Retry!.Policy!.MaxRetryInterval.ShouldBe(Timeout.InfiniteTimeSpan);
        asked.Retry.Policy.RetryTimeout.ShouldBe(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public async Task Activity_WithOneAttempt_IsAskedForWithoutAPolicy()
    {
        _native.Setup(context => context.CallActivityAsync<int>(new TaskName("Work"), null, null)).ReturnsAsync(1);

        (await _context.CallActivityAsync<int>("Work", null, new Policy(1, TimeSpan.FromSeconds(1)))).ShouldBe(1);
    }

    [Fact]
    public async Task Activity_Fails_ThePortsExceptionSaysTheSame()
    {
        var inner = new TaskFailureDetails(typeof(DurableFailed).FullName!, "child", "there", null, null);
        var native = new DurableFailed("Work", 3, new TaskFailureDetails("System.IO.IOException", "disk", "here", inner, null));
        _native.Setup(context => context.CallActivityAsync<int>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .ThrowsAsync(native);

        var failed = await Should.ThrowAsync<PortFailed>(() => _context.CallActivityAsync<int>("Work"));

        (failed.TaskName, failed.TaskId, failed.Message).ShouldBe(("Work", 3, native.Message));
        failed.FailureDetails.ShouldBe(new FailureDetails(
            "System.IO.IOException", "disk", "here", new FailureDetails(typeof(PortFailed).FullName!, "child", "there")));
        failed.FailureDetails.IsCausedBy<IOException>().ShouldBeTrue();
        failed.FailureDetails.InnerFailure!.IsCausedBy<PortFailed>().ShouldBeTrue();
    }

    [Theory]
    [InlineData("child-7", "child-7")]
    [InlineData(null, "run-1:0:00000007000000000000000000000000")]
    public async Task Child_Called_HasItsIdItsParentsVersionAndSaysWhoseItIs(string? instanceId, string expected)
    {
        TaskOptions? asked = null;
        _native.Setup(context => context.CallSubOrchestratorAsync<int>(new TaskName("Child"), "in", It.IsAny<TaskOptions>()))
            .Callback((TaskName _, object? _, TaskOptions? options) => asked = options).ReturnsAsync(42);

        (await _context.CallSubOrchestratorAsync<int>("Child", "in", instanceId)).ShouldBe(42);

        var options = asked.ShouldBeOfType<SubOrchestrationOptions>();
        (options.InstanceId, options.Version!.Value.Version).ShouldBe((expected, "1.2"));
        options.Tags.ShouldBe(new Dictionary<string, string> { ["fanout.parent"] = "run-1:0" });
    }

    [Fact]
    public void Timer_OfUnspecifiedKind_IsUtc()
    {
        var due = new DateTime(2025, 1, 1, 12, 0, 0, DateTimeKind.Unspecified);

        _context.CreateTimer(due, default);

        _native.Verify(context => context.CreateTimer(It.Is<DateTime>(time => time == due && time.Kind == DateTimeKind.Utc), default));
    }

    [Fact]
    public void Timer_WithACancelledToken_IsNotSet()
    {
        _context.CreateTimer(Now, new CancellationToken(canceled: true)).IsCanceled.ShouldBeTrue();

        _native.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task StatusEventsLoggerAndStartingOver_GoThrough()
    {
        using var cancel = new CancellationTokenSource();
        var logger = Mock.Of<ILogger>();
        _native.Setup(context => context.WaitForExternalEvent<JsonElement?>("item", cancel.Token))
            .ReturnsAsync(JsonSerializer.SerializeToElement("payload"));
        _native.Setup(context => context.WaitForExternalEvent<JsonElement?>("empty", CancellationToken.None))
            .ReturnsAsync((JsonElement?)null);
        _native.Setup(context => context.CreateReplaySafeLogger("Runs")).Returns(logger);

        _context.SetCustomStatus("half");
        _context.ContinueAsNew("again", preserveUnprocessedEvents: false);

        (await _context.WaitForExternalEvent<string>("item", cancel.Token)).ShouldBe("payload");
        (await _context.WaitForExternalEvent<JsonElement>("empty")).ValueKind.ShouldBe(JsonValueKind.Undefined);
        _context.CreateReplaySafeLogger("Runs").ShouldBeSameAs(logger);
        _native.Verify(context => context.SetCustomStatus("half"));
        _native.Verify(context => context.ContinueAsNew("again", false));
    }

    private static object? Sample(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => "text",
        var type when type == typeof(DateTime) => Now,
        var type when type == typeof(bool) => true,
        var type when type == typeof(CancellationToken) => CancellationToken.None,
        _ => null,
    };
}
