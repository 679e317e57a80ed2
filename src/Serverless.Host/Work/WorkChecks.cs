using System.Globalization;
using Serverless.Host.Http;
using Serverless.Protocol;

namespace Serverless.Host.Work;

/// <summary>The bounds of what pods may say, each of which says what is allowed when it is passed.</summary>
internal static class WorkChecks
{
    /// <exception cref="ProblemException">A bound is passed.</exception>
    public static void Check(LeaseRequest request)
    {
        Check(request.Identity);
        Check(request.Facts);
        Name(request.RequestId, "request_id");
        Number(request.MaxJobs, "max_jobs", 1, WorkLimits.MaxJobs);
        Number(request.WaitSeconds, "wait_seconds", 0, WorkLimits.MaxWaitSeconds);
        Entries(request.Holding, "holding", 0, WorkLimits.MaxJobs);
    }

    /// <inheritdoc cref="Check(LeaseRequest)"/>
    public static void Check(HeartbeatRequest request)
    {
        Check(request.Identity);
        Check(request.Facts);
        Check(request.Notice);
        Entries(request.Jobs, "jobs", 0, WorkLimits.MaxJobs);
        foreach (var job in request.Jobs) Check(job.Checkpoint, "jobs.checkpoint");
    }

    /// <inheritdoc cref="Check(LeaseRequest)"/>
    public static void Check(ResultsRequest request)
    {
        Check(request.Identity);
        Entries(request.Entries, "entries", 1, WorkLimits.MaxEntries);
        foreach (var entry in request.Entries)
        {
            if (entry.Value.IsEmpty) throw Wrong("entries.value", "missing", "any JSON value, also null");
            if (entry.Value.Utf8.Length <= WorkLimits.MaxEntryBytes) continue;
            throw new ProblemException(
                Problem.TooLarge,
                $"The result of flashpoint {Shown.Text(entry.Id)} has {entry.Value.Utf8.Length:N0} bytes; allowed are "
                + $"{WorkLimits.MaxEntryBytes:N0}. Put it into a store and answer a reference.",
                "entries.value");
        }
    }

    /// <inheritdoc cref="Check(LeaseRequest)"/>
    public static void Check(ReleaseRequest request)
    {
        Check(request.Identity);
        Check(request.Notice);
        Check(request.Checkpoint, "checkpoint");
    }

    /// <inheritdoc cref="Check(LeaseRequest)"/>
    public static void Check(PodIdentity identity)
    {
        Name(identity.Pod, "identity.pod");
        if (identity.Pod.Contains('/')) throw Wrong("identity.pod", Shown.Text(identity.Pod), "a name without /");
        Name(identity.Session, "identity.session");
    }

    private static void Check(PodFacts facts)
    {
        Text(facts.AgentVersion, "facts.agent_version");
        Text(facts.Provider, "facts.provider");
        Text(facts.MachineType, "facts.machine_type");
        Text(facts.Gpu, "facts.gpu");
        Text(facts.Region, "facts.region");
        Text(facts.RestartLimit?.Reason, "facts.restart_limit.reason");
    }

    private static void Check(InterruptionNotice? notice)
    {
        if (notice is null) return;
        Name(notice.Kind, "notice.kind");
        if (notice.SecondsLeft is { } seconds) Number(seconds, "notice.seconds_left", 0, 86_400);
    }

    private static void Check(CheckpointClaim? checkpoint, string field)
    {
        if (checkpoint is null) return;
        if (checkpoint.Location.Length is 0 or > WorkLimits.MaxLocationLength)
        {
            throw Wrong(
                $"{field}.location", $"{checkpoint.Location.Length} characters long", $"1 to {WorkLimits.MaxLocationLength} characters");
        }

        Name(checkpoint.Sha256, $"{field}.sha256");
        if (checkpoint.Bytes < 0) throw Wrong($"{field}.bytes", $"{checkpoint.Bytes}", "0 or more");
    }

    private static void Name(string name, string field)
    {
        if (name.Length is > 0 and <= WorkLimits.MaxNameLength && name.All(c => c is >= ' ' and < '\x7f')) return;
        throw Wrong(field, Shown.Text(name), $"1 to {WorkLimits.MaxNameLength} visible ASCII characters");
    }

    private static void Text(string? text, string field)
    {
        if (text is null || (text.Length <= WorkLimits.MaxNameLength && !text.Any(char.IsControl))) return;
        throw Wrong(field, Shown.Text(text), $"at most {WorkLimits.MaxNameLength} characters, none of them a control character");
    }

    private static void Number(double number, string field, double min, double max)
    {
        if (number >= min && number <= max) return;
        throw Wrong(field, number.ToString("0.###", CultureInfo.InvariantCulture), $"{min:0} to {max:0}");
    }

    private static void Entries<T>(IReadOnlyList<T?> entries, string field, int min, int max)
        where T : class
    {
        if (entries.Count < min || entries.Count > max) throw Wrong(field, $"a list of {entries.Count} entries", $"{min} to {max} entries");
        for (var index = 0; index < entries.Count; index++)
        {
            if (entries[index] is null) throw Wrong($"{field}[{index}]", "null", "an object");
        }
    }

    /// <summary>A member is not what it may be.</summary>
    public static ProblemException Wrong(string field, string value, string allowed, Exception? inner = null) =>
        new(Problem.InvalidRequest, $"\"{field}\" is {value}; allowed is {allowed}.", field, inner);
}
