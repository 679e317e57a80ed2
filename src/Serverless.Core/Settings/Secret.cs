namespace Serverless.Core.Settings;

/// <summary>A value that must not show up in logs or messages: only <see cref="Reveal"/> gives it away.</summary>
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>What is shown in a secret's place.</summary>
    public const string Hidden = "(hidden)";

    // What RunPod's keys begin with.
    private const string KeyPrefix = "rpa_";

    private readonly string _value;

    /// <summary>Wraps a value.</summary>
    public Secret(string value) => _value = value;

    /// <summary>The value itself, for the one place that sends or compares it.</summary>
    public string Reveal() => _value;

    /// <summary>A text in quotes for a message, unless it is a key that was typed in the wrong place.</summary>
    public static string Quote(string text) => IsKey(text) ? Hidden : $"\"{text}\"";

    internal static bool IsKey(string text) => text.StartsWith(KeyPrefix, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool Equals(Secret? other) =>
        other is not null && string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_value);

    /// <inheritdoc/>
    public override string ToString() => Hidden;
}
