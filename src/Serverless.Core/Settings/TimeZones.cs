using System.Buffers;

namespace Serverless.Core.Settings;

/// <summary>Time zones by their IANA names.</summary>
internal static class TimeZones
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

    /// <summary>The zone, or null when this machine has none of that name. A name is part of a path on most machines, so
    /// what could lead elsewhere is not looked up.</summary>
    public static TimeZoneInfo? Find(string name)
    {
        if (name.AsSpan().ContainsAnyExcept(Allowed) || name.StartsWith('/')) return null;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
    }
}
