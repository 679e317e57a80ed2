using Serverless.Core.Jobs;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Harness;

/// <summary>Jobs that run until the gate is opened, and complete then.</summary>
internal sealed class JobGate
{
    private readonly TaskCompletionSource<ScriptedJob> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isOpen;

    /// <summary>Completes when a job was seen to run.</summary>
    public Task<ScriptedJob> Seen => _seen.Task.WaitAsync(HostHarness.Patience);

    public void Open() => _isOpen = true;

    /// <summary>For every job.</summary>
    public Func<ScriptedJob, JobScript> Script => _ => JobScript.Of(Snapshot);

    private JobSnapshot Snapshot(ScriptedJob job)
    {
        if (_isOpen) return Look.Completed(job);
        _seen.TrySetResult(job);
        return Look.Running(job);
    }
}
