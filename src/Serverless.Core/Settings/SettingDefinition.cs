namespace Serverless.Core.Settings;

/// <summary>What users may write for one setting, and what it does to <see cref="FanOutSettings"/>.</summary>
public sealed class SettingDefinition
{
    /// <summary>The name, as in the environment.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The unit, or else the kind of value: <c>seconds</c>, <c>workers</c>, <c>URL</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>What is allowed, as it follows "Allowed:" in a message.</summary>
    public required string Allowed { get; init; }

    /// <summary>The default as a user would write it, or null when the setting is not set by default.</summary>
    public string? Default { get; init; }

    /// <summary>What it means when it is not set, for settings without a default.</summary>
    public string? WhenNotSet { get; init; }

    /// <summary>Whether the value stays out of every message.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Gives the settings with this value, or null when the text is not allowed.</summary>
    public required Func<FanOutSettings, string, FanOutSettings?> Apply { get; init; }

    /// <summary>Whether a text is allowed.</summary>
    public bool Accepts(string text) => Apply(new FanOutSettings(), text) is not null;

    /// <summary>The setting in a few lines, for files that explain themselves.</summary>
    public IReadOnlyList<string> Describe() =>
    [
        IsSecret ? $"{Summary} Secret." : Summary,
        $"Unit: {Unit}. Default: {Default ?? $"not set ({WhenNotSet})"}.",
        $"Allowed: {Allowed}.",
    ];
}
