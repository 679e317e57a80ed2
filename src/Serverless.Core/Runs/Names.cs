using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Alerts;

namespace Serverless.Core.Runs;

/// <summary>The names under which orchestrators, activities and events are registered. They lie in histories: a name
/// once released keeps its meaning.</summary>
public static class Names
{
    /// <summary>The run.</summary>
    public const string FanOut = "FanOutOrchestrator";

    /// <summary>At most <see cref="Limits.MaxChunksPerGroup"/> chunks of a large run.</summary>
    public const string Group = "GroupOrchestrator";

    /// <summary>At most <see cref="Limits.MaxGroupsPerSection"/> groups of a very large run.</summary>
    public const string Section = "SectionOrchestrator";

    /// <summary>One chunk.</summary>
    public const string Chunk = "ChunkOrchestrator";

    /// <summary>Manifest to chunks.</summary>
    public const string PlanRun = "PlanRun";

    /// <summary>How many flashpoints each chunk of a group has.</summary>
    public const string ReadCounts = "ReadCounts";

    /// <summary>All that the chunks of a group have stored, in one object of each kind.</summary>
    public const string MergeGroup = "MergeGroup";

    /// <summary>Hands a job over.</summary>
    public const string SubmitChunk = "SubmitChunk";

    /// <summary>Looks at a job once and stores what it has.</summary>
    public const string CheckJob = "CheckJob";

    /// <summary>Ends a job.</summary>
    public const string CancelJob = "CancelJob";

    /// <summary>Cancels a job until that is confirmed, beyond the end of its run.</summary>
    public const string CancelJobs = "CancelJobOrchestrator";

    /// <summary>Starts that.</summary>
    public const string PursueCancel = "PursueCancel";

    /// <summary>Stores a reason for flashpoints that are not tried again.</summary>
    public const string GiveUp = "GiveUp";

    /// <summary>Passes a run's cancellation on.</summary>
    public const string TellCancelled = "TellCancelled";

    /// <summary>Raises an event on instances of a run.</summary>
    public const string Tell = "Tell";

    /// <summary>Stores how a chunk went.</summary>
    public const string RecordChunk = "RecordChunk";

    /// <summary>Checkpoints to the ordered results.</summary>
    public const string Aggregate = "Aggregate";

    /// <summary>Makes the alerts of a run's end durable.</summary>
    public const string TellRunEnd = "TellRunEnd";

    /// <summary>Sends one alert on one channel, until it is taken.</summary>
    public const string SendAlerts = "AlertOrchestrator";

    /// <summary>Sends an alert once.</summary>
    public const string SendAlert = "SendAlert";

    /// <summary>Raised on a run, its sections, groups and chunks: end early.</summary>
    public const string CancelEvent = "cancel";

    /// <summary>Raised on sections, groups and chunks: submit no job any more.</summary>
    public const string StopEvent = "stop";

    /// <summary>Raised on a chunk: it takes too long, give it a second job.</summary>
    public const string HedgeEvent = "hedge";

    /// <summary>Raised by a chunk on what started it, with what its attempts have cost so far.</summary>
    public const string SpentEvent = "spent";

    /// <summary>Raised by a group on its section or run, and by a section on its run, with what its chunks have come to so far.</summary>
    public const string TallyEvent = "tally";

    /// <summary>Raised by a webhook on the chunk, with the id of the job that ended: look at it now.</summary>
    public static string JobEvent(int attempt) => $"job-{attempt}";

    /// <summary>The instance of a chunk.</summary>
    public static string ChunkInstance(string runId, int chunk) => $"{runId}:{chunk}";

    /// <summary>The instance that cancels a job. Not one of the run's own, for it goes on when those have ended.</summary>
    public static string Pursuit(string runId, int chunk, int attempt, string jobId)
    {
        var which = $"{chunk}-{attempt}-{jobId}";
        var id = PursuitPrefix(runId) + which;
        return id.Length <= MaxInstanceIdLength && IsPlain(jobId) ? id : PursuitPrefix(runId) + Digest(which);
    }

    /// <summary>How those of a run begin; of all runs when it is null.</summary>
    public static string PursuitPrefix(string? runId) => runId is null ? "cancel:" : $"cancel:{runId}:";

    /// <summary>The instance that sends an alert on a channel. Not one of the run's own, for it goes on when that has
    /// ended.</summary>
    public static string Alert(Alert alert, string channel)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var which = $"{Plain(alert.Occurrence)}:{alert.Event.Word()}:{channel}";
        var id = AlertPrefix(alert.Subject) + which;
        return id.Length <= MaxInstanceIdLength ? id : AlertPrefix(alert.Subject) + Digest(which);
    }

    /// <summary>How those about a subject begin; about any when it is null.</summary>
    public static string AlertPrefix(string? subject) => subject is null ? "alert:" : $"alert:{Plain(subject)}:";

    /// <summary>A run's id is plain already. A pod's is a provider's word, and an instance's id may have no / # ? and no colon of
    /// others.</summary>
    private static string Plain(string text) =>
        new([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' ? c : '-')]);

    /// <summary>What every backend keeps: MSSQL has columns of 100 characters.</summary>
    private const int MaxInstanceIdLength = 100;

    /// <summary>The instance of a group; the generation keeps a retry's groups apart.</summary>
    public static string GroupInstance(string runId, int generation, int group) => $"{runId}:g{generation}-{group}";

    /// <summary>The instance of a section.</summary>
    public static string SectionInstance(string runId, int generation, int section) => $"{runId}:s{generation}-{section}";

    /// <summary>Whether instances of this name are parts of a run.</summary>
    public static bool IsPart(string name) => name is Section or Group or Chunk;

    /// <summary>Durable Functions takes no id with any of these.</summary>
    private static bool IsPlain(string id) => id.AsSpan().IndexOfAny("/\\?#") < 0;

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
}
