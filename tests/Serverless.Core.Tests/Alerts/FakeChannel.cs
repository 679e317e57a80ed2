using System.Collections.Concurrent;
using Serverless.Core.Alerts;

namespace Serverless.Core.Tests.Alerts;

/// <summary>A channel that remembers what it was given, and answers as it is told.</summary>
internal sealed class FakeChannel(string name, bool knowsRepeats = false) : IAlertChannel
{
    public string Name => name;

    public bool KnowsRepeats => knowsRepeats;

    /// <summary>What it was given, in order.</summary>
    public ConcurrentQueue<Alert> Got { get; } = new();

    /// <summary>What it answers; default: that it has taken it.</summary>
    public Func<int, Task<AlertAnswer>> Answer { get; set; } = _ => Task.FromResult(Sent);

    public static AlertAnswer Sent { get; } = new() { Outcome = AlertOutcome.Sent, Detail = "HTTP 200" };

    public static AlertAnswer Busy(double? wait = null) =>
        new() { Outcome = AlertOutcome.NotYet, Detail = "HTTP 429", RetryAfterSec = wait };

    public Task<AlertAnswer> SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        Got.Enqueue(alert);
        return Answer(Got.Count);
    }
}
