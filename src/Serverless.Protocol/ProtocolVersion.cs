using System.Globalization;

namespace Serverless.Protocol;

/// <summary>
/// Host and pods are deployed apart. Each call says in a header which version it is in; each answer says which versions the
/// host speaks. Members may be added within a version, and readers pass over members that they do not know; a change that an
/// older reader would get wrong, such as a further word of an enum that is sent to it, takes a new version.
/// </summary>
public static class ProtocolVersion
{
    /// <summary>The version that this code writes.</summary>
    public const int Current = 1;

    /// <summary>In a call: one version, such as <c>1</c>. In an answer: all that the host speaks, such as <c>1,2</c>. A call
    /// without it is refused like one in an unknown version.</summary>
    public const string Header = "Fanout-Protocol";

    /// <summary>The versions that this code reads, ascending.</summary>
    public static IReadOnlyList<int> Spoken { get; } = [1];

    /// <summary>The header of an answer.</summary>
    public static string SpokenText { get; } = string.Join(',', Spoken);

    /// <summary>Whether a call with this header can be answered.</summary>
    public static bool IsSpoken(string? header) =>
        int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && Spoken.Contains(version);

    /// <summary>The newest version that both sides speak, by the header of an answer; null when there is none.</summary>
    public static int? Common(string? header)
    {
        int? newest = null;
        foreach (var part in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!IsSpoken(part)) continue;
            var version = int.Parse(part, CultureInfo.InvariantCulture);
            if (newest is null || version > newest) newest = version;
        }

        return newest;
    }
}
