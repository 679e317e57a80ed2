using System.Globalization;
using Serverless.Core.Jobs;
using Serverless.Host.Http;
using Serverless.Protocol;

namespace Serverless.Host.Work;

/// <summary>Whether there is any pod to take jobs.</summary>
internal static class PodPresence
{
    /// <summary>Refuses what needs pods while there are none, unless the caller would rather have it wait.</summary>
    /// <param name="parts">The host.</param>
    /// <param name="address">Where the jobs are to go.</param>
    /// <param name="mayWait">Whether they may wait until a pod comes.</param>
    /// <exception cref="ProblemException">No pod was seen lately.</exception>
    public static async Task RequireAsync(HostParts parts, string address, bool mayWait)
    {
        if (!mayWait && await WhyOfflineAsync(parts, address) is { } reason)
            throw new ProblemException(Problem.WorkerOffline, $"{reason}. Start a pod, or send ?queue=true to have it wait for one.");
    }

    /// <summary>Why nothing would take jobs that go there; null when something would, or that is not about pods.</summary>
    public static async Task<string?> WhyOfflineAsync(HostParts parts, string address)
    {
        var needsPods = address == parts.Backends.AddressOf(BackendKind.Pods) || address == parts.Backends.AddressOf(BackendKind.Hybrid);
        if (!needsPods || parts.Work is not { } work) return null;
        if (await work.LastSeenAsync() is not { } age) return "Worker offline (never seen)";
        if (age <= WorkLimits.OfflineAfter) return null;
        return string.Create(CultureInfo.InvariantCulture, $"Worker offline (last seen {(long)age.TotalSeconds}s ago)");
    }
}
