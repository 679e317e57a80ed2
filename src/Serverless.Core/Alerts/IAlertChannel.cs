namespace Serverless.Core.Alerts;

/// <summary>A way to tell people.</summary>
public interface IAlertChannel
{
    /// <summary>Such as <c>slack</c>: in logs and ids, never an address.</summary>
    string Name { get; }

    /// <summary>Whether the receiver knows an alert again when it gets it twice, so that one that may or may not have arrived
    /// can be sent again.</summary>
    bool KnowsRepeats { get; }

    /// <summary>Sends an alert once, and says what came of it. Expected failures are answers; nothing in one is secret.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Gives up, without it being known whether it has arrived.</param>
    Task<AlertAnswer> SendAsync(Alert alert, CancellationToken cancellationToken);
}

/// <summary>What came of sending an alert.</summary>
public enum AlertOutcome
{
    /// <summary>The receiver has taken it.</summary>
    Sent,

    /// <summary>The receiver will not take it, however often it is sent.</summary>
    Refused,

    /// <summary>It was not taken, and may be later.</summary>
    NotYet,

    /// <summary>It may or may not have arrived.</summary>
    Unknown,
}

/// <summary>What came of sending an alert.</summary>
public sealed record AlertAnswer
{
    /// <summary>Whether it was taken.</summary>
    public required AlertOutcome Outcome { get; init; }

    /// <summary>More on that for people, such as a status code and the receiver's own word. Never a secret.</summary>
    public required string Detail { get; init; }

    /// <summary>How long the receiver asks to be left alone.</summary>
    public double? RetryAfterSec { get; init; }

    /// <summary>Whether it is not sent again.</summary>
    public bool IsFinal => Outcome != AlertOutcome.NotYet;
}
