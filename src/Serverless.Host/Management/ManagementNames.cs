using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>What may be an instance's id, an event's or an orchestrator's name in a URL. The characters that Durable Task
/// forbids in ids are refused: an id with a slash could not be told from two parts of a path.</summary>
internal static class ManagementNames
{
    /// <exception cref="ProblemException">It may not be an id.</exception>
    public static void CheckInstanceId(string id) => Check(id, "instanceId", @"/\#?");

    /// <exception cref="ProblemException">It may not be a name.</exception>
    public static void CheckName(string name, string field) => Check(name, field, "/");

    private static void Check(string text, string field, string forbidden)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Refusal("is blank");
        if (text.Length > HostLimits.MaxInstanceIdLength) throw Refusal($"has {text.Length} characters");

        // The server leaves an escaped slash as it is.
        if (text.Contains("%2F", StringComparison.OrdinalIgnoreCase)) throw Refusal("has '/'");
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) i++;
            else if (char.IsControl(text[i]) || char.IsSurrogate(text[i]))
                throw Refusal($"has a character at position {i + 1} that cannot be shown");
            else if (forbidden.Contains(text[i], StringComparison.Ordinal)) throw Refusal($"has '{text[i]}' at position {i + 1}");
        }

        ProblemException Refusal(string what) => new(
            Problem.InvalidRequest,
            $"{field} {what}; allowed are 1 to {HostLimits.MaxInstanceIdLength} characters, "
                + $"none of {string.Join(' ', forbidden.AsEnumerable())} and no control characters.",
            field);
    }
}
