using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Alerts;
using Serverless.Core.Jobs;
using Serverless.Core.Results;
using Serverless.Core.Storage;
using Serverless.Core.Watching;
using Serverless.Durable;

namespace Serverless.Core.Runs;

/// <summary>What the activities of runs work with.</summary>
public sealed class RunEnvironment
{
    /// <summary>Where runs keep manifests, checkpoints and results.</summary>
    public required IObjectStore Objects { get; init; }

    /// <summary>Where a run's jobs go, by <see cref="RunInput.Backend"/>.</summary>
    public required Func<string, IJobBackend> Backends { get; init; }

    /// <summary>The engine that runs the activities, asked for when one needs it.</summary>
    public required Func<DurableClient> Client { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where activities log.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Who watches.</summary>
    public IRunObserver Observer { get; init; } = new NoRunObserver();

    /// <summary>Where an attempt's job reports its end, or null when nothing can reach this coordinator.</summary>
    public Func<AttemptInput, Uri?> Webhook { get; init; } = static _ => null;

    /// <summary>Fetches outputs that handlers answer a reference to. Null: none is fetched.</summary>
    public IReferenceReader? References { get; init; }

    /// <summary>Lets workers read what the body of a job cannot carry. Null: the store cannot, and such a flashpoint is null.</summary>
    public ISharesObjects? Shares { get; init; }

    /// <summary>Watches the jobs that are submitted here. Null: each chunk looks after its own by timer.</summary>
    public JobWatch? Watch { get; init; }

    /// <summary>Who is told of what. Default: nobody of anything.</summary>
    public AlertRouting Alerts { get; init; } = AlertRouting.None;

    /// <summary>Which backends' handlers stream.</summary>
    internal StreamHabits Streams { get; } = new();

    /// <summary>Why jobs only queue.</summary>
    internal QueueWatch Queues => field ??= new QueueWatch(Time, Loggers.CreateLogger("Serverless.Core.Runs"));

    /// <summary>Registers the orchestrators and activities of runs.</summary>
    public DurableRegistry CreateRegistry()
    {
        var log = Loggers.CreateLogger("Serverless.Core.Runs");
        return new DurableRegistry(RunJson.Default.Options)
            .AddOrchestrator(Names.FanOut, static () => new FanOutOrchestrator())
            .AddOrchestrator(Names.Section, static () => new SectionOrchestrator())
            .AddOrchestrator(Names.Group, static () => new GroupOrchestrator())
            .AddOrchestrator(Names.Chunk, static () => new ChunkOrchestrator())
            .AddActivity(Names.PlanRun, () => new PlanRunActivity(this, log))
            .AddActivity(Names.ReadCounts, () => new ReadCountsActivity(this))
            .AddActivity(Names.MergeGroup, () => new MergeGroupActivity(this, log))
            .AddActivity(Names.SubmitChunk, () => new SubmitChunkActivity(this, log))
            .AddActivity(Names.CheckJob, () => new CheckJobActivity(this, log))
            .AddActivity(Names.CancelJob, () => new CancelJobActivity(this, log))
            .AddOrchestrator(Names.CancelJobs, static () => new CancelJobOrchestrator())
            .AddActivity(Names.PursueCancel, () => new PursueCancelActivity(this, log))
            .AddActivity(Names.GiveUp, () => new GiveUpActivity(this, log))
            .AddActivity(Names.TellCancelled, () => new TellCancelledActivity(this))
            .AddActivity(Names.Tell, () => new TellActivity(this))
            .AddActivity(Names.RecordChunk, () => new RecordChunkActivity(this, log))
            .AddActivity(Names.Aggregate, () => new AggregateActivity(this, log))
            .AddActivity(Names.TellRunEnd, () => new TellRunEndActivity(this))
            .AddOrchestrator(Names.SendAlerts, static () => new AlertOrchestrator())
            .AddActivity(Names.SendAlert, () => new SendAlertActivity(this, Loggers.CreateLogger(AlertLog.Category)));
    }

    /// <summary>Counts and traces the end of a run. For heads to call when a root instance has ended.</summary>
    public void OnRootEnded(string instanceId)
    {
        if (!RunInstruments.AreEndsMeasured && !RunDiagnostics.IsTraced) return;
        var instance = Client().GetInstanceAsync(instanceId, getInputsAndOutputs: true).GetAwaiter().GetResult();
        if (instance is null || RunReading.ToSnapshot(instance) is not { EndedAt: { } endedAt } run) return;
        RunInstruments.RunEnded(run.State, endedAt - run.CreatedAt);
        RunDiagnostics.RunEnded(instance.ReadInputAs(RunJson.Default.RunInput)!, run.State, instance);
    }

    /// <summary>Takes alerts, durably.</summary>
    public AlertDispatch Dispatch() => new(Client(), Alerts);

    /// <summary>Makes the alerts of runs that cannot say themselves that they ended.</summary>
    public AlertSweep Sweep() => new(Client(), Alerts, Objects, Time);

    internal RunStore StoreOf(string runId) => new(Objects, RunId.Parse(runId));
}
