using Serverless.Core.Runs;
using Serverless.Durable;

namespace Serverless.Core.Alerts;

/// <summary>What people were told last, and how that stands on each channel: for those who look, not for those who send.</summary>
/// <param name="client">The engine.</param>
public sealed class AlertList(DurableClient client)
{
    /// <summary>How many of the newest alerts are shown.</summary>
    public const int Size = 50;

    /// <summary>Enough for all of them on each of four channels, and some to spare where two were made at once.</summary>
    private const int MaxDeliveries = Size * 5;

    /// <summary>The newest alerts first.</summary>
    public async Task<AlertPage> ReadAsync(CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            Name = Names.SendAlerts,
            InstanceIdPrefix = Names.AlertPrefix(null),
            NewestFirst = true,
            FetchInputsAndOutputs = true,
            PageSize = MaxDeliveries,
        };
        var page = await client.ListInstancesAsync(query, cancellationToken);
        var alerts = page.Values
            .Select(instance => (Instance: instance, Delivery: instance.ReadInputAs(RunJson.Default.AlertDelivery)!))
            .GroupBy(one => one.Delivery.Alert.Id, StringComparer.Ordinal)
            .Take(Size)
            .Select(group => new AlertView
            {
                Alert = group.First().Delivery.Alert,
                Channels =
                [
                    .. group.Select(one => Of(one.Delivery.Channel, one.Instance)).OrderBy(one => one.Channel, StringComparer.Ordinal),
                ],
            });
        return new AlertPage([.. alerts]);
    }

    private static AlertChannelView Of(string channel, OrchestrationMetadata delivery)
    {
        var receipt = delivery.ReadOutputAs(RunJson.Default.AlertReceipt) ?? delivery.ReadCustomStatusAs(RunJson.Default.AlertReceipt);
        return new AlertChannelView
        {
            Channel = channel,
            State = StateOf(delivery.RuntimeStatus, receipt),
            Detail = receipt?.Last.Detail ?? delivery.FailureDetails?.ErrorMessage,
            Tries = receipt?.Tries ?? 0,
        };
    }

    private static AlertState StateOf(OrchestrationRuntimeStatus status, AlertReceipt? receipt)
    {
        if (!status.IsEnded()) return receipt is null ? AlertState.Sending : AlertState.Waiting;
        return receipt?.Last.Outcome switch
        {
            AlertOutcome.Sent => AlertState.Sent,
            AlertOutcome.Refused => AlertState.Refused,
            AlertOutcome.Unknown => AlertState.Unknown,
            _ => AlertState.GivenUp,
        };
    }
}

/// <summary>What people were told last.</summary>
/// <param name="Alerts">The newest first.</param>
public sealed record AlertPage(IReadOnlyList<AlertView> Alerts);

/// <summary>An alert, and how it stands.</summary>
public sealed record AlertView
{
    /// <summary>What people are told.</summary>
    public required Alert Alert { get; init; }

    /// <summary>How it stands on each channel that is to get it.</summary>
    public required IReadOnlyList<AlertChannelView> Channels { get; init; }
}

/// <summary>How an alert stands on a channel.</summary>
public sealed record AlertChannelView
{
    /// <summary>The channel's name, never its address.</summary>
    public required string Channel { get; init; }

    /// <summary>Whether it was taken.</summary>
    public required AlertState State { get; init; }

    /// <summary>What the receiver said last.</summary>
    public string? Detail { get; init; }

    /// <summary>How often it was sent, as far as is known; 0 before the first answer.</summary>
    public required int Tries { get; init; }
}

/// <summary>Where an alert stands on a channel.</summary>
public enum AlertState
{
    /// <summary>It is being sent for the first time.</summary>
    Sending,

    /// <summary>It was not taken yet, and is sent again.</summary>
    Waiting,

    /// <summary>The receiver has taken it.</summary>
    Sent,

    /// <summary>The receiver does not want it.</summary>
    Refused,

    /// <summary>It may or may not have arrived, and is not sent again.</summary>
    Unknown,

    /// <summary>It was not taken for a day, or deleted before it was.</summary>
    GivenUp,
}
