namespace Serverless.Agent.Notices;

/// <summary>How one provider says that it takes a machine.</summary>
internal interface INoticeSource
{
    /// <summary>Whose: <c>aws</c>, <c>google</c>, <c>azure</c>.</summary>
    string Provider { get; }

    /// <summary>Whether this machine is one of its.</summary>
    Task<bool> IsHereAsync(CancellationToken cancellationToken);

    /// <summary>Gives each notice once, as it comes. Goes on through failures until cancelled.</summary>
    IAsyncEnumerable<SpotNotice> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Says that the machine may be taken now; of providers that do not ask for it, nothing.</summary>
    Task AcknowledgeAsync(SpotNotice notice, CancellationToken cancellationToken);
}
