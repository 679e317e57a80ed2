using System.Text;
using System.Text.Json;
using Serverless.Core.Jobs;

namespace Serverless.TestKit;

/// <summary>A job backend that does what a test says, and remembers what it was asked.</summary>
public sealed class ScriptedBackend : IJobBackend, IStreamsOutput
{
    private readonly Lock _gate = new();
    private readonly List<ScriptedJob> _submissions = [];
    private readonly List<string> _checks = [];
    private readonly List<string> _cancels = [];
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>What becomes of each submission. Default: all complete at the first look.</summary>
    public Func<ScriptedJob, JobScript> Script { get; set; } = static _ => new JobScript();

    /// <inheritdoc/>
    public string Address => "scripted";

    /// <summary>Every submission, those that were refused included.</summary>
    public IReadOnlyList<ScriptedJob> Submissions
    {
        get
        {
            lock (_gate) return [.. _submissions];
        }
    }

    /// <summary>The job of each look.</summary>
    public IReadOnlyList<string> Checks
    {
        get
        {
            lock (_gate) return [.. _checks];
        }
    }

    /// <summary>The job of each attempt to cancel.</summary>
    public IReadOnlyList<string> Cancels
    {
        get
        {
            lock (_gate) return [.. _cancels];
        }
    }

    /// <summary>Jobs that were taken and not seen ended.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    /// <summary>Set: no attempt to cancel is refused any more.</summary>
    public bool CancelsAgain { get; set; }

    /// <summary>The most jobs that were taken and not seen ended at once.</summary>
    public int MaxInFlight { get; private set; }

    /// <inheritdoc/>
    public Task<JobId> SubmitAsync(JobRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_gate)
        {
            var job = new ScriptedJob
            {
                Id = $"job-{_submissions.Count + 1}",
                Request = request,
                Input = JsonSerializer.Deserialize<JsonElement>(request.Input.Span),
                Repetition = _submissions.Count(other => other.Request.AttemptId == request.AttemptId),
            };
            _submissions.Add(job);
            var script = Script(job);
            if (script.Refusal is not null && !script.IsAnswerLost) throw script.Refusal;
            _jobs.Add(job.Id, new Job(job, script));
            if (script.Refusal is not null) throw script.Refusal;
            _open.Add(job.Id);
            MaxInFlight = Math.Max(MaxInFlight, _open.Count);
            return Task.FromResult(new JobId(job.Id));
        }
    }

    /// <inheritdoc/>
    public Task<JobSnapshot> CheckAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        Job found;
        Func<ScriptedJob, JobSnapshot> look;
        lock (_gate)
        {
            _checks.Add(job.Id.Value);
            found = _jobs[job.Id.Value];
            look = found.NextLook();
        }

        // Outside the lock: a look may do what a test likes.
        var snapshot = look(found.Submission);
        lock (_gate)
        {
            if (snapshot.State.IsTerminal()) _open.Remove(job.Id.Value);
        }

        return Task.FromResult(snapshot);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobPart>> DrainAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_gate)
        {
            IReadOnlyList<JobPart> parts = [.. _jobs[job.Id.Value].NextDrain().Select(part => new JobPart(Encoding.UTF8.GetBytes(part)))];
            return Task.FromResult(parts);
        }
    }

    /// <inheritdoc/>
    public Task CancelAsync(JobReference job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_gate)
        {
            _cancels.Add(job.Id.Value);
            var found = _jobs[job.Id.Value];
            if (!CancelsAgain && found.Script.CancelRefusal is { } refusal) throw refusal;
            found.IsCancelled = true;
            _open.Remove(job.Id.Value);
            return Task.CompletedTask;
        }
    }

    private sealed class Job(ScriptedJob submission, JobScript script)
    {
        private int _looks;
        private int _drains;

        public ScriptedJob Submission => submission;

        public JobScript Script => script;

        public bool IsCancelled { get; set; }

        public IReadOnlyList<string> NextDrain()
        {
            var drains = script.Drains(submission);
            return _drains < drains.Count ? drains[_drains++] : [];
        }

        public Func<ScriptedJob, JobSnapshot> NextLook() =>
            IsCancelled ? script.AfterCancel : script.Looks[Math.Min(_looks++, script.Looks.Count - 1)];
    }
}
