using System.Text;
using Serverless.Pods.Storage;
using Serverless.Protocol;

namespace Serverless.Simulation.Queueing;

internal sealed partial class QueueSeed
{
    /// <summary>The file has what was acknowledged, and nothing else.</summary>
    private void CheckFile()
    {
        foreach (var job in _model.Jobs.Where(job => job.EndState is null || !job.IsChecked))
        {
            var row = _life.Queue.Reader.Find(job.Id);
            job.IsChecked = job.EndState is not null;
            QueueModel.Check(row is not null, $"{job.Id} is lost.");
            QueueModel.Check(row!.Token == job.Token, $"{job.Id} is lent under {row.Token}, and {job.Token} was given.");
            QueueModel.Check(row.Done == job.Results.Count, $"{job.Id} has {row.Done} results, {job.Results.Count} were taken.");
            QueueModel.Check(row.AttemptNumber <= MaxAttempts, $"{job.Id} is at attempt {row.AttemptNumber} of {MaxAttempts}.");
            if (job.EndState is null && row.State == WorkState.Failed)
            {
                QueueModel.Check(
                    row.Outcome == JobOutcome.Failed && row.AttemptNumber == MaxAttempts,
                    $"{job.Id} has failed at attempt {row.AttemptNumber} of {MaxAttempts}: {row.Error}");
                job.EndState = WorkState.Failed;
            }

            QueueModel.Check(
                job.EndState == (row.State is WorkState.Completed or WorkState.Failed ? row.State : null),
                $"{job.Id} is {row.State}, and ended as {job.EndState?.ToString() ?? "nothing"}.");
        }

        CheckHours();
    }

    /// <summary>No pod was there for longer than the time that went by, whatever the clock on the wall says, and none was taken more often
    /// than it was started.</summary>
    private void CheckHours()
    {
        if (_life.Queue.Reader.Interruptions() is not { } seen) return;
        var most = _model.Pods * _life.Elapsed.TotalHours;
        QueueModel.Check(seen.PodHours <= most + 1e-9, $"Pods were there for {seen.PodHours} h, and {most} h went by for all of them.");
        QueueModel.Check(
            seen.Hours.All(hour => hour is { Interruptions: >= 0, PodHours: >= 0 }) && seen.Interruptions <= _model.Sessions,
            $"{seen.Interruptions} interruptions are counted of {_model.Sessions} starts of agents.");
    }

    /// <summary>One good pod is left: everything comes to an end, and every result that was taken is there as it was taken.</summary>
    private void Calm()
    {
        // Opened first: a queue that finds the clock set back gives its leases their whole time again.
        _life.Answer(_life.Queue.SweepAsync());
        _life.Clock.Advance(QueueLife.JobTimeout);
        _life.Answer(_life.Queue.SweepAsync());
        CheckFile();
        var pod = new SimulatedPod("closer");
        for (var round = 0; _model.Jobs.Any(job => job.EndState is null); round++)
        {
            QueueModel.Check(round <= _jobs, "Not every job comes to an end.");
            var request = pod.Request(WorkLimits.MaxJobs);
            var reply = _life.Answer(_life.Queue.LeaseAsync("k", request, CancellationToken.None));
            _model.Heard(request.Identity);
            foreach (var lease in reply.Leases) _model.Lent(request.Identity, lease, SimulatedPod.IdsOf(lease));
            pod.Take(reply);
            foreach (var held in pod.Leases.ToList()) CompleteCalmly(pod, held);
        }

        foreach (var job in _model.Jobs) CheckResults(job);
    }

    private void CompleteCalmly(SimulatedPod pod, HeldLease held)
    {
        var output = held.Given.Select(id => (id, pod.ValueOf(id))).ToList();
        var request = new CompleteRequest
        {
            Identity = pod.Identity,
            Lease = held.Lease,
            Output = SimulatedPod.Raw($"[{string.Join(',', output.Select(entry => entry.Item2))}]"),
        };
        var reply = _life.Answer(_life.Queue.CompleteAsync("k", request));
        _model.Ended(pod.Identity, held.Lease, "complete", reply.State, output);
        pod.Leases.Remove(held);
    }

    private void CheckResults(ModelJob job)
    {
        var row = _life.Queue.Reader.Find(job.Id)!;
        var stored = _life.Queue.Reader.Results(row.Key, afterSeq: 0)
            .ToDictionary(result => result.Id, result => Encoding.UTF8.GetString(result.Value), StringComparer.Ordinal);
        foreach (var (id, value) in job.Results)
        {
            QueueModel.Check(
                stored.GetValueOrDefault(id) == value, $"{job.Id} has {stored.GetValueOrDefault(id)} for {id}, taken was {value}.");
        }

        QueueModel.Check(
            job.EndState != WorkState.Completed || stored.Count == job.Flashpoints.Count,
            $"{job.Id} is completed with {stored.Count} results.");
    }
}
