using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Serverless.Core.Runs;

namespace Serverless.Core.Alerts;

/// <summary>Something that people are told of, once on each channel.</summary>
public sealed record Alert
{
    /// <summary>What happened.</summary>
    public required AlertEvent Event { get; init; }

    /// <summary>To what: a run's or a pod's id.</summary>
    public required string Subject { get; init; }

    /// <summary>Tells this time from another on which the same happened to the same subject: a generation, a lease's token, an
    /// instant.</summary>
    public required string Occurrence { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>All of it in one line.</summary>
    public required string Title { get; init; }

    /// <summary>Why, in one line.</summary>
    public string? Reason { get; init; }

    /// <summary>Where to look.</summary>
    public Uri? Link { get; init; }

    /// <summary>The run, when it is about one.</summary>
    public AlertRun? Run { get; init; }

    /// <summary>The pod, when it is about one.</summary>
    public AlertPod? Pod { get; init; }

    /// <summary>The same for the same alert, however often it is made, and for no other: 32 hex digits.</summary>
    [JsonIgnore]
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Event.Word()}\n{Subject}\n{Occurrence}\n{At.UtcTicks}"))).AsSpan(0, 16));
}

/// <summary>How a run ended, in what people are told of it.</summary>
public sealed record AlertRun
{
    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The day it was for.</summary>
    public required string Date { get; init; }

    /// <summary>How it ended.</summary>
    public required RunState State { get; init; }

    /// <summary>How many flashpoints it had.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How many have a result.</summary>
    public required int Done { get; init; }

    /// <summary>How many are null.</summary>
    public int Null => Flashpoints - Done;

    /// <summary>Seconds from its start to its end.</summary>
    public required double DurationSec { get; init; }

    /// <summary>The GPU that the cost is reckoned with.</summary>
    public string? Gpu { get; init; }

    /// <summary>Dollars that its jobs cost; null when no cost is reckoned.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The part of it that bought nothing.</summary>
    public decimal? WastedCost { get; init; }
}

/// <summary>A pod, in what people are told of it.</summary>
public sealed record AlertPod
{
    /// <summary>The pod's id.</summary>
    public required string PodId { get; init; }

    /// <summary>How often its worker was restarted within the last hour.</summary>
    public int? Restarts { get; init; }

    /// <summary>Seconds since it was last seen.</summary>
    public double? SilentSec { get; init; }
}
