using System.Diagnostics.CodeAnalysis;

namespace Serverless.Core.Settings;

/// <summary>Either settings or the reasons why there are none.</summary>
public sealed class SettingsResult
{
    internal SettingsResult(FanOutSettings settings) => Settings = settings;

    internal SettingsResult(IReadOnlyList<SettingError> errors) => Errors = errors;

    /// <summary>Whether there are settings.</summary>
    [MemberNotNullWhen(true, nameof(Settings))]
    public bool IsValid => Settings is not null;

    /// <summary>The settings; null when there are errors.</summary>
    public FanOutSettings? Settings { get; }

    /// <summary>What is wrong, all of it; empty when there are settings.</summary>
    public IReadOnlyList<SettingError> Errors { get; } = [];
}
