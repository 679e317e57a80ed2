using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>One activity that an instance asked for, from its place in the queue to its result on the disk.</summary>
internal sealed class ActivityRun(
    EngineCore engine, LoadedInstance owner, string instanceId, long instanceKey, ActivityScheduled decision)
    : IThreadPoolWorkItem, IDeliveryListener
{
    private int _slot = RunningSlots.None;

    public string Name => decision.Name;

    public async void Execute()
    {
        // async void: this is the top of the stack, and everything an activity can throw is caught below.
        InboundEvent? outcome;
        try
        {
            if (owner.HasEnded)
            {
                // It waited for its slot while its instance was ended: nobody wants what it would do.
                Release();
                return;
            }

            _slot = engine.Running.Begin(instanceKey, decision.TaskId);
            outcome = await Perform();
        }
        catch (Exception) when (engine.Stopping.IsCancellationRequested)
        {
            // Being cancelled shows as many kinds of exception. No outcome: the history still says that it was asked
            // for, and the next start runs it again.
            Release();
            return;
        }
        catch (Exception e)
        {
            outcome = new TaskFailed(decision.TaskId, FailureDetails.FromException(e));
        }

        engine.Instances.Post(instanceId, new Delivery(outcome, this, ForKey: instanceKey));
    }

    public void Settled(bool accepted) => Release();

    public void Failed(Exception exception) => Release();

    private void Release()
    {
        engine.Running.End(_slot);
        engine.Activities.Release(this);
        engine.EndWork();
    }

    private async Task<InboundEvent> Perform()
    {
        if (!engine.Registry.Activities.TryGetValue(decision.Name, out var factory))
        {
            return new TaskFailed(
                decision.TaskId,
                new FailureDetails("ActivityTaskNotFound", $"No activity named '{decision.Name}' is registered."));
        }

        var activity = factory();
        var input = engine.Payloads.Read(decision.Input, activity.InputType);
        var result = await activity.RunAsync(
            new ActivityContext(decision.Name, instanceId, engine.Stopping), input);
        return new TaskSucceeded(decision.TaskId, engine.Payloads.Write(result, $"result of '{decision.Name}'"));
    }
}
