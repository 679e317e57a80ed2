namespace Serverless.Core.Settings;

/// <summary>What a line of the log looks like.</summary>
public enum LogFormat
{
    /// <summary>Time, level and message, for people.</summary>
    Text,

    /// <summary>One JSON object, for programs.</summary>
    Json,
}
