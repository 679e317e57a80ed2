using Microsoft.AspNetCore.Http;
using Serverless.Core;

namespace Serverless.Host;

/// <summary>What a platform around the host does in its place, and what it asks of answers.</summary>
public sealed record HostPlatform
{
    /// <summary>None: the host listens by itself.</summary>
    public static HostPlatform Alone { get; } = new();

    /// <summary>Whether callers have shown a key before the host sees them, and are paced there. Default false: the host asks
    /// for API_KEY and keeps to MAX_REQUESTS_PER_SECOND.</summary>
    public bool ChecksCallers { get; init; }

    /// <summary>Whether Durable Task's management API is served there. Default false: the host serves it.</summary>
    public bool ServesManagement { get; init; }

    /// <summary>Whether other processes serve the same runs: then nothing that is stored is taken to be as it was. Default
    /// false.</summary>
    public bool IsShared { get; init; }

    /// <summary>How long an answer may take. Default: null, as long as it likes.</summary>
    public TimeSpan? MaxAnswerTime { get; init; }

    /// <summary>The longest time between two looks at what a stream of events shows. 1 s or more. Default 1 s.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most characters of a run's id: those of its parts are made of it. 1 to
    /// <see cref="Limits.MaxRunIdLength"/>. Default: as many.</summary>
    public int MaxRunIdLength { get; init; } = Limits.MaxRunIdLength;

    /// <summary>What the links of the management API need in their query; empty when nothing. Default: nothing.</summary>
    public Func<HttpContext, string> LinkQuery { get; init; } = static _ => "";
}
