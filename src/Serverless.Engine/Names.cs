namespace Serverless.Engine;

/// <summary>What may be an id or a name.</summary>
internal static class Names
{
    /// <exception cref="ArgumentException">It is empty, too long, or holds characters that cannot be stored.</exception>
    public static void CheckInstanceId(string instanceId) =>
        Check(instanceId, "instance id", EngineLimits.MaxInstanceIdLength, nameof(instanceId));

    /// <exception cref="ArgumentException">It is empty, too long, or holds characters that cannot be stored.</exception>
    public static void CheckName(string name, string parameter) =>
        Check(name, "name", EngineLimits.MaxNameLength, parameter);

    private static void Check(string text, string what, int maxLength, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameter);
        if (text.Length > maxLength)
        {
            throw new ArgumentException(
                $"The {what} is {text.Length} characters long; at most {maxLength} are allowed.", parameter);
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) i++;
            else if (char.IsControl(text[i]) || char.IsSurrogate(text[i]))
            {
                throw new ArgumentException(
                    $"The {what} holds a control character or half a surrogate pair at position {i}.", parameter);
            }
        }
    }
}
