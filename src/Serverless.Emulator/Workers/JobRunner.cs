using System.Text.Json;
using Serverless.Emulator.Faults;
using Serverless.Emulator.Jobs;
using Serverless.Workers;

namespace Serverless.Emulator.Workers;

/// <summary>Runs the handler for one execution and says how it ended. Never throws.</summary>
internal sealed class JobRunner(
    EmulatorOptions options,
    IWorkerHandler handler,
    FaultDice faults,
    TimeProvider time,
    ILogger logger)
{
    // A worker refuses a job without input and reports nothing; the cloud was seen to give up after some 40 s and two
    // dispatches.
    private static readonly TimeSpan RefusalNoticedAfter = TimeSpan.FromSeconds(20);

    /// <summary>Runs it.</summary>
    /// <param name="execution">The job and the worker.</param>
    /// <param name="emit">Takes what a generator handler emits.</param>
    public async Task<JobOutcome> RunAsync(Execution execution, Func<JsonElement, ValueTask> emit)
    {
        try
        {
            if (CrashOf(execution.Job) is { } crash)
            {
                if (crash.Delay is { } delay) await Task.Delay(delay, time, execution.Token);
                if (crash.AfterEntries is not > 0) return JobOutcome.WorkerLost("a fault");
                execution.DiesAfter = crash.AfterEntries;
            }

            if (faults.Strikes(FaultKind.HandlerError, execution.Job) is not null)
                throw new WorkerHandlerException("the fault file asked for this error");
            if (execution.Input is not { } input)
            {
                await Task.Delay(RefusalNoticedAfter, time, execution.Token);
                return JobOutcome.WorkerLost("missing field(s): id or input");
            }

            // Reads the input where it is, without a copy. Not disposed: the handler may keep parts of it.
            var job = new WorkerJob(execution.Job.Id, JsonDocument.Parse(input).RootElement);
            return OutcomeOf(execution, await handler.HandleAsync(job, emit, execution.Token));
        }
        catch (WorkerCrashedException error)
        {
            return JobOutcome.WorkerLost(error.Message);
        }
        catch (Exception error)
        {
            logger.HandlerRaised(error.GetType().Name, execution.Job.Id);
            return JobOutcome.Failed(HandlerErrorText.Of(error, execution.Worker.Id));
        }
    }

    private JobOutcome OutcomeOf(Execution execution, JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Undefined && execution.Emitted is { } emitted
            ? HandlerAnswer.OfStream(emitted, options.ReturnAggregateStream)
            : HandlerAnswer.Read(answer);

    private FaultRule? CrashOf(Job job) =>
        faults.Strikes(FaultKind.Poison, job) ?? faults.Strikes(FaultKind.WorkerCrash, job);
}
