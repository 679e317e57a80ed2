namespace Serverless.Agent.Checkpoints;

/// <summary>Who may write checkpoints into a place, of all that ever could.</summary>
internal interface ICheckpointOwner
{
    /// <summary>Grows from one owner to the next. Of two checkpoints the newer is the one of the higher generation, whatever their
    /// numbers: what an owner stores late, when there is another, is never the newest.</summary>
    long Generation { get; }

    /// <summary>Takes the place, or makes sure that it is still taken.</summary>
    /// <exception cref="SupersededException">It is another's by now.</exception>
    /// <exception cref="IOException">The store did not answer.</exception>
    Task ClaimAsync(CancellationToken cancellationToken);

    /// <summary>Whether nobody has taken it since.</summary>
    /// <exception cref="IOException">The store did not answer.</exception>
    Task<bool> IsStillOursAsync(CancellationToken cancellationToken);
}

/// <summary>The holder of a job. The host sees to it that there is one.</summary>
/// <param name="Generation">The token of its lease.</param>
internal sealed record LeaseOwner(long Generation) : ICheckpointOwner
{
    public Task ClaimAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> IsStillOursAsync(CancellationToken cancellationToken) => Task.FromResult(true);
}

/// <summary>Another machine has taken the place.</summary>
/// <param name="successor">Who.</param>
public sealed class SupersededException(OwnerMark successor) : Exception(successor?.Text);
