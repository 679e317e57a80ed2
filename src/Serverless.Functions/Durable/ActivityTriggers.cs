using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Core.Alerts;
using Serverless.Core.Runs;

namespace Serverless.Functions.Durable;

/// <summary>Core's activities as functions. Those that talk to instances bind a client first.</summary>
public sealed class ActivityTriggers(Activities activities)
{
    /// <summary>Manifest to chunks.</summary>
    [Function(Names.PlanRun)]
    public Task<PlannedRun> PlanRun([ActivityTrigger] RunInput input, FunctionContext context) =>
        activities.RunAsync<RunInput, PlannedRun>(input, context);

    /// <summary>The numbers of flashpoints in the chunks of a group.</summary>
    [Function(Names.ReadCounts)]
    public Task<int[]> ReadCounts([ActivityTrigger] GroupRange input, FunctionContext context) =>
        activities.RunAsync<GroupRange, int[]>(input, context);

    /// <summary>A group's checkpoints to its part of the results.</summary>
    [Function(Names.MergeGroup)]
    public Task<bool> MergeGroup([ActivityTrigger] GroupRange input, FunctionContext context) =>
        activities.RunAsync<GroupRange, bool>(input, context);

    /// <summary>Hands a job over.</summary>
    [Function(Names.SubmitChunk)]
    public Task<SubmitResult> SubmitChunk([ActivityTrigger] AttemptInput input, FunctionContext context) =>
        activities.RunAsync<AttemptInput, SubmitResult>(input, context);

    /// <summary>Looks at a job once.</summary>
    [Function(Names.CheckJob)]
    public Task<CheckResult> CheckJob([ActivityTrigger] AttemptInput input, FunctionContext context) =>
        activities.RunAsync<AttemptInput, CheckResult>(input, context);

    /// <summary>Ends a job.</summary>
    [Function(Names.CancelJob)]
    public Task<bool> CancelJob([ActivityTrigger] AttemptInput input, FunctionContext context) =>
        activities.RunAsync<AttemptInput, bool>(input, context);

    /// <summary>Has a job pursued that would not be cancelled.</summary>
    [Function(Names.PursueCancel)]
    public Task<bool> PursueCancel(
        [ActivityTrigger] AttemptInput input, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        activities.With(client).RunAsync<AttemptInput, bool>(input, context);

    /// <summary>Stores why flashpoints are not tried again.</summary>
    [Function(Names.GiveUp)]
    public Task<CheckResult> GiveUp([ActivityTrigger] GiveUpInput input, FunctionContext context) =>
        activities.RunAsync<GiveUpInput, CheckResult>(input, context);

    /// <summary>Passes a run's cancellation on.</summary>
    [Function(Names.TellCancelled)]
    public Task<int> TellCancelled(
        [ActivityTrigger] string input, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        activities.With(client).RunAsync<string, int>(input, context);

    /// <summary>Raises an event on instances of a run.</summary>
    [Function(Names.Tell)]
    public Task<int> Tell(
        [ActivityTrigger] TellInput input, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        activities.With(client).RunAsync<TellInput, int>(input, context);

    /// <summary>Stores how a chunk went.</summary>
    [Function(Names.RecordChunk)]
    public Task<bool> RecordChunk([ActivityTrigger] RecordInput input, FunctionContext context) =>
        activities.RunAsync<RecordInput, bool>(input, context);

    /// <summary>Checkpoints to the ordered results.</summary>
    [Function(Names.Aggregate)]
    public Task<RunSummary> Aggregate([ActivityTrigger] AggregateInput input, FunctionContext context) =>
        activities.RunAsync<AggregateInput, RunSummary>(input, context);

    /// <summary>Makes the alerts of a run's end durable.</summary>
    [Function(Names.TellRunEnd)]
    public Task<int> TellRunEnd(
        [ActivityTrigger] RunEndInput input, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        activities.With(client).RunAsync<RunEndInput, int>(input, context);

    /// <summary>Sends an alert once.</summary>
    [Function(Names.SendAlert)]
    public Task<AlertAnswer> SendAlert([ActivityTrigger] AlertDelivery input, FunctionContext context) =>
        activities.RunAsync<AlertDelivery, AlertAnswer>(input, context);
}
