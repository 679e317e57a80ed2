using Serverless.Core.Jobs;

namespace Serverless.Core.Settings;

/// <summary>The settings of where runs go, and of pods.</summary>
public static class PodSettings
{
    /// <summary><c>BACKEND</c>.</summary>
    public static SettingDefinition Backend { get; } = new()
    {
        Name = "BACKEND",
        Summary = "Where the jobs of a run go that does not say so itself.",
        Unit = "word",
        Allowed = $"{BackendKinds.Allowed} (any case)",
        WhenNotSet = "local with RUNPOD_WORKERS 1, else runpod",
        Apply = (settings, text) =>
            BackendKinds.Find(text.ToLowerInvariant()) is { } kind ? settings with { Backend = kind } : null,
    };

    /// <summary><c>POD_KEYS</c>.</summary>
    public static SettingDefinition Keys { get; } = new()
    {
        Name = "POD_KEYS",
        Summary = "The keys that agents in pods must show. One may be given to several pods; what one pod holds, no other sees.",
        Unit = "text",
        Allowed = "NAME=KEY, several with commas between them; a name is 1 to 32 lower-case letters, digits or -, a key has at least 16 "
            + "visible ASCII characters without commas",
        WhenNotSet = "pods on this machine only",
        IsSecret = true,
        Apply = (settings, text) =>
            ApiKeys.TryParse(new Secret(text)) is { HaveReaders: false } && text.Split(',').All(part => part.Contains('='))
                ? settings with { PodKeys = new Secret(text) }
                : null,
    };

    /// <summary><c>JOB_TIMEOUT_MINUTES</c>.</summary>
    public static SettingDefinition JobTimeout { get; } = new()
    {
        Name = "JOB_TIMEOUT_MINUTES",
        Summary = "How long a pod may be silent before the job that it holds counts as interrupted and is queued again.",
        Unit = "minutes",
        Allowed = "a number from 0.1 to 1440",
        Default = "3",
        Apply = (settings, text) => SettingValues.Decimal(text) is { } minutes and >= 0.1m and <= 1440m
            ? settings with { JobTimeout = TimeSpan.FromSeconds((double)(minutes * 60)) }
            : null,
    };

    /// <summary><c>MODEL_TIMEOUT_SECONDS</c>.</summary>
    public static SettingDefinition ModelTimeout { get; } = new()
    {
        Name = "MODEL_TIMEOUT_SECONDS",
        Summary = "Handed to the worker: how long one call of its model may take; no longer than JOB_TIMEOUT_MINUTES.",
        Unit = "seconds",
        Allowed = "a whole number from 1 to 86400",
        Default = "180",
        Apply = (settings, text) => SettingValues.Whole(text, 1, 86_400) is { } seconds
            ? settings with { ModelTimeout = TimeSpan.FromSeconds(seconds) }
            : null,
    };
}
