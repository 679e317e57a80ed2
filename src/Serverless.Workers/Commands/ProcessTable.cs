using System.Globalization;

namespace Serverless.Workers.Commands;

/// <summary>The processes of this machine, as Linux tells. Elsewhere there are none.</summary>
public static class ProcessTable
{
    /// <summary>Every process that can be seen.</summary>
    public static IReadOnlyList<ProcessEntry> All()
    {
        if (!OperatingSystem.IsLinux()) return [];
        var names = Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path));
        return [.. names.Where(name => char.IsAsciiDigit(name[0])).Select(Read).OfType<ProcessEntry>()];
    }

    /// <summary>One process, or null when there is none of that id.</summary>
    public static ProcessEntry? Find(int id) => OperatingSystem.IsLinux() ? Read(id.ToString(CultureInfo.InvariantCulture)) : null;

    private static ProcessEntry? Read(string id)
    {
        try
        {
            // "42 (any (thing)) S 1 42 …": the state, the parent, the group, and as the twentieth field the start.
            var line = File.ReadAllText($"/proc/{id}/stat");
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessEntry(Number(id), Number(fields[1]), fields[19]) { State = fields[0][0], Group = Number(fields[2]) };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It ended while we looked.
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A process. With its start an id is never mistaken for a later process of the same number.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">Its parent's id.</param>
/// <param name="Start">When it started, as Linux counts.</param>
public sealed record ProcessEntry(int Id, int Parent, string Start)
{
    /// <summary>Its process group.</summary>
    public int Group { get; init; }

    /// <summary>Such as <c>S</c>; <c>Z</c> is a zombie: it has ended, and its parent has not asked how.</summary>
    public char State { get; init; }

    /// <summary>Whether it is the same process, whatever has become of it.</summary>
    public bool Equals(ProcessEntry? other) => other is not null && (Id, Start) == (other.Id, other.Start);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Start);
}
