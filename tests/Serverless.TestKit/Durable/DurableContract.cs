using System.Text.Json.Serialization.Metadata;
using Serverless.Durable;
using Shouldly;

namespace Serverless.TestKit;

/// <summary>
/// What every durable engine behind the port has to do: Durable Task's semantics as they were measured on it, a test or more
/// a row. An engine's tests derive from it; where an engine differs it overrides what is virtual here, and a decision says why.
/// </summary>
public abstract partial class DurableContract
{
    /// <summary>Only ever reached by a test that fails.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private const string Main = "Main";
    private const string Me = "me";

    /// <summary>A time that is not long to wait for.</summary>
    protected virtual TimeSpan ShortTime => TimeSpan.FromSeconds(1);

    /// <summary>A time longer than one timer of the engine may be: Durable Task's <c>MaximumTimerInterval</c> is three days
    /// unless it is set lower.</summary>
    protected virtual TimeSpan LongTime => TimeSpan.FromDays(4);

    /// <summary>Starts an engine without any instances.</summary>
    protected abstract Task<IDurableHost> StartAsync(DurableRegistry registry);

    /// <summary>What becomes of an instance whose orchestrator has awaited <c>Task.Delay</c>, or a durable task with
    /// <c>ConfigureAwait(false)</c>: it hangs, and nobody is told.</summary>
    protected virtual async Task CheckForbiddenWaitAsync(IDurableHost host, string instanceId)
    {
        ArgumentNullException.ThrowIfNull(host);
        await host.ForgetAsync();
        (await GetAsync(host, instanceId)).RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Running);
    }

    /// <summary>Waits for an end, which must be a failure.</summary>
    protected static async Task<FailureDetails> FailureAsync(IDurableHost host, string instanceId = Me)
    {
        var end = await EndAsync(host, instanceId);
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Failed, end.SerializedOutput);
        return end.FailureDetails.ShouldNotBeNull();
    }

    private static DurableRegistry Registry() => new(ContractJson.Default.Options);

    private static Task<string> ScheduleAsync(
        IDurableHost host, object? input, IReadOnlyList<OrchestrationRuntimeStatus>? dedupe = null)
    {
        var options = new StartOrchestrationOptions { InstanceId = Me };
        if (dedupe is not null) options = options with { DedupeStatuses = dedupe };
        return host.Client.ScheduleNewOrchestrationInstanceAsync(Main, input, options).WaitAsync(Patience);
    }

    private static Task<OrchestrationMetadata> EndAsync(IDurableHost host, string instanceId = Me) =>
        host.Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true).WaitAsync(Patience);

    private static async Task<T?> ResultAsync<T>(IDurableHost host)
    {
        var end = await EndAsync(host);
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ToString());
        return end.ReadOutputAs((JsonTypeInfo<T>)ContractJson.Default.Options.GetTypeInfo(typeof(T)));
    }

    /// <summary>Schedules the instance and gives its output.</summary>
    private static async Task<T?> RunAsync<T>(IDurableHost host, object? input)
    {
        await ScheduleAsync(host, input);
        return await ResultAsync<T>(host);
    }

    private static async Task<OrchestrationMetadata> GetAsync(IDurableHost host, string instanceId = Me) =>
        (await host.Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true)).ShouldNotBeNull();

    private static Task<bool> RaiseAsync(IDurableHost host, string name, object? payload, string instanceId = Me) =>
        host.Client.RaiseEventAsync(instanceId, name, payload).WaitAsync(Patience);

    private static Task WhenShownAsync(IDurableHost host, string status) => host.UntilAsync(async () =>
        (await host.Client.GetInstanceAsync(Me, getInputsAndOutputs: true))?.SerializedCustomStatus == $"\"{status}\"");

    private static Task WhenInAsync(IDurableHost host, OrchestrationRuntimeStatus status, string instanceId = Me) =>
        host.UntilAsync(async () => (await host.Client.GetInstanceAsync(instanceId))?.RuntimeStatus == status);
}
