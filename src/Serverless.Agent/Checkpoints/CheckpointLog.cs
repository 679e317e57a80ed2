using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Checkpoints;

/// <summary>What is said about checkpoints.</summary>
internal static partial class CheckpointLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Checkpoint saved: {Name} (step {Step}, {Bytes} bytes)")]
    public static partial void Saved(this ILogger logger, string name, long step, long bytes);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Checkpoint uploaded: {Name} as number {Number} (step {Step}, {Sent} bytes sent, {Found} were there already)")]
    public static partial void Uploaded(this ILogger logger, string name, long number, long step, long sent, long found);

    [LoggerMessage(Level = LogLevel.Information, Message = "Going on from checkpoint {Number}: {Name} (step {Step}, {Bytes} bytes)")]
    public static partial void GoingOn(this ILogger logger, long number, string name, long step, long bytes);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Going on from checkpoint {Name}, which lay on this disk and is not uploaded yet")]
    public static partial void GoingOnFromDisk(this ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "No checkpoint yet; the program begins anew")]
    public static partial void Beginning(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkpoint {Number} is not used: {Reason}. The one before is tried")]
    public static partial void NotUsed(this ILogger logger, long number, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkpoint {Name} is not uploaded: {Reason}")]
    public static partial void NotUploaded(this ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Checkpoint {Name} changed while it was uploaded; it is looked at again")]
    public static partial void Changed(this ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoint store failed over {What}: {Reason}. Trying again")]
    public static partial void StoreFailed(this ILogger logger, string what, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There was no time left to upload checkpoint {Name}; what was sent is kept")]
    public static partial void NoTimeLeft(this ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoints in {Folder} cannot be looked at: {Reason}")]
    public static partial void LookFailed(this ILogger logger, string folder, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Successor}. One machine at a time trains into a store: this one uploads nothing more and stops")]
    public static partial void Superseded(this ILogger logger, string successor);

    [LoggerMessage(Level = LogLevel.Information, Message = "Old checkpoint {Number} deleted")]
    public static partial void Deleted(this ILogger logger, long number);
}
