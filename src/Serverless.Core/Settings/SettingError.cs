namespace Serverless.Core.Settings;

/// <summary>Why a setting stops the start.</summary>
public sealed record SettingError
{
    private SettingError(string name, string? value, string source, string problem, string allowed)
    {
        Name = name;
        Value = value;
        Source = source;
        Allowed = allowed;
        Message = $"{name} {problem} ({source}). {allowed}";
    }

    /// <summary>The setting's name as it was written, or <c>line N</c> where no name could be read.</summary>
    public string Name { get; }

    /// <summary>The text found; <c>(hidden)</c> for a secret; null when the text is not what is wrong.</summary>
    public string? Value { get; }

    /// <summary>Where it was found, such as <c>environment</c> or <c>.env line 3</c>.</summary>
    public string Source { get; }

    /// <summary>What to write instead, as a sentence.</summary>
    public string Allowed { get; }

    /// <summary>All of it in one line.</summary>
    public string Message { get; }

    internal static SettingError BadValue(SettingDefinition definition, string value, string source)
    {
        var isSecret = definition.IsSecret || Secret.IsKey(value);
        return new(
            definition.Name, isSecret ? Secret.Hidden : value, source,
            $"is {(isSecret ? Secret.Hidden : Secret.Quote(value))}", $"Allowed: {definition.Allowed}.");
    }

    internal static SettingError UnknownName(string name, string source, string? closest) => new(
        name, null, source, "is not a setting",
        closest is null ? "local.settings.json.example lists every setting." : $"Did you mean {closest}?");

    internal static SettingError Removed(string name, string source, string instead) =>
        new(name, null, source, "is not a setting any more", $"Set {instead} in its place.");

    /// <summary>A value that the other head takes, and this one does not.</summary>
    public static SettingError NotHere(SettingDefinition definition, string? value, string head, string allowed)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new(
            definition.Name, value, head, value is null ? "is not set" : $"is {Secret.Quote(value)}", $"Allowed there: {allowed}.");
    }

    internal static SettingError Missing(SettingDefinition definition, string becauseOf, string source) => new(
        definition.Name, null, source, $"is not set, but {becauseOf} is", $"Allowed: {definition.Allowed}.");

    internal static SettingError TooMuch(string name, string value, string limit, string source) => new(
        name, value, source, $"is \"{value}\", which is more than {limit}", $"Allowed: at most {limit}.");

    internal static SettingError Conflict(string name, string other, string source) => new(
        name, null, source, $"is set, and so is {other}", "Allowed: one of the two.");

    /// <summary>A source that is broken at a line. The line's text is never shown: it may hold a secret.</summary>
    internal static SettingError Unreadable(string name, string source, string problem, string allowed) =>
        new(name, null, source, problem, allowed);
}
