namespace Serverless.Core.Settings;

/// <summary>One place that settings come from: the environment, a file, the command line.</summary>
public sealed record SettingSource
{
    /// <summary>What people call it, such as <c>.env</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it says, by exact name.</summary>
    public required IReadOnlyDictionary<string, SettingText> Values { get; init; }

    /// <summary>
    /// Whether names that look like ours but are not ours are errors: true for files that people write for this
    /// program, false for the environment, where everybody's names meet.
    /// </summary>
    public bool ChecksNames { get; init; }

    /// <summary>What could not be read of it.</summary>
    public IReadOnlyList<SettingError> Errors { get; init; } = [];

    /// <summary>A source without line numbers.</summary>
    public static SettingSource From(string name, IEnumerable<KeyValuePair<string, string>> values) => new()
    {
        Name = name,
        Values = values.ToDictionary(pair => pair.Key, pair => new SettingText(pair.Value), StringComparer.Ordinal),
    };

    internal string PlaceOf(SettingText text) => text.Line is { } line ? $"{Name} line {line}" : Name;
}

/// <summary>What a source says for one name.</summary>
/// <param name="Value">The text, unchecked. Blank counts as not set.</param>
/// <param name="Line">The line it is on, from 1, where that is known.</param>
public sealed record SettingText(string Value, int? Line = null);
