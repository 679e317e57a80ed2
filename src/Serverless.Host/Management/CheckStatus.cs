namespace Serverless.Host.Management;

/// <summary>Where an instance is looked at and steered: the body that Durable Functions answers a start with. Its member
/// names are camelCase there, so they are here.</summary>
public sealed record CheckStatus
{
    /// <summary>The instance.</summary>
    public required string Id { get; init; }

    /// <summary>GET: how it stands; 202 until it has ended.</summary>
    public required string StatusQueryGetUri { get; init; }

    /// <summary>POST with the event as JSON, once <c>{eventName}</c> is replaced.</summary>
    public required string SendEventPostUri { get; init; }

    /// <summary>POST: ends it, once <c>{text}</c> is replaced by the reason.</summary>
    public required string TerminatePostUri { get; init; }

    /// <summary>POST: gives a failed one another chance.</summary>
    public required string RewindPostUri { get; init; }

    /// <summary>DELETE: forgets an ended one.</summary>
    public required string PurgeHistoryDeleteUri { get; init; }

    /// <summary>POST: runs it once more from the start.</summary>
    public required string RestartPostUri { get; init; }

    /// <summary>POST: sets it aside.</summary>
    public required string SuspendPostUri { get; init; }

    /// <summary>POST: lets it go on.</summary>
    public required string ResumePostUri { get; init; }

    /// <summary>The links of an instance.</summary>
    /// <param name="baseUrl">Scheme, host and path base, without a slash at the end: see <see cref="BaseUrl"/>.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="query">What every link needs in its query, without a question mark.</param>
    public static CheckStatus Of(string baseUrl, string instanceId, string query = "")
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        ArgumentNullException.ThrowIfNull(instanceId);
        ArgumentNullException.ThrowIfNull(query);
        var instance = $"{baseUrl}{ManagementApi.Prefix}/instances/{Uri.EscapeDataString(instanceId)}";
        return new CheckStatus
        {
            Id = instanceId,
            StatusQueryGetUri = With("", ""),
            SendEventPostUri = With("/raiseEvent/{eventName}", ""),
            TerminatePostUri = With("/terminate", "reason={text}"),
            RewindPostUri = With("/rewind", "reason={text}"),
            PurgeHistoryDeleteUri = With("", ""),
            RestartPostUri = With("/restart", ""),
            SuspendPostUri = With("/suspend", "reason={text}"),
            ResumePostUri = With("/resume", "reason={text}"),
        };

        string With(string call, string own) =>
            string.Join('?', new[] { instance + call, string.Join('&', Said(own, query)) }.Where(part => part.Length > 0));
    }

    private static IEnumerable<string> Said(params string[] queries) => queries.Where(query => query.Length > 0);
}
