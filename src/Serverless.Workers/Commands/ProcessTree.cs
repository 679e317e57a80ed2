using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Serverless.Workers.Commands;

/// <summary>A process and all that it started.</summary>
internal static class ProcessTree
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;

    /// <summary>
    /// Asks the whole tree to end, and kills what is left when the root has gone or <paramref name="grace"/> is over.
    /// </summary>
    public static async Task StopAsync(Process root, TimeSpan grace, TimeProvider clock)
    {
        if (!root.HasExited && !OperatingSystem.IsWindows())
        {
            var descendants = Descendants(root.Id);
            Signal(root.Id, Sigterm);
            foreach (var one in descendants) Signal(one.Id, Sigterm);
            await ExitAsync(root, grace, clock);

            // Orphans are nobody's children any more, so they are known only from before.
            foreach (var one in descendants.Intersect(All())) Signal(one.Id, Sigkill);
        }

        root.Kill(entireProcessTree: true);
        await root.WaitForExitAsync(CancellationToken.None);
    }

    private static async Task ExitAsync(Process root, TimeSpan grace, TimeProvider clock)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(root.WaitForExitAsync(CancellationToken.None), Task.Delay(grace, clock, ended.Token));
        await ended.CancelAsync();
    }

    private static List<Entry> Descendants(int id)
    {
        var children = All().ToLookup(entry => entry.Parent);
        List<Entry> found = [.. children[id]];
        for (var index = 0; index < found.Count; index++) found.AddRange(children[found[index].Id]);
        return found;
    }

    /// <summary>Every process, as Linux tells. Elsewhere none: there the root has to pass SIGTERM on.</summary>
    private static List<Entry> All()
    {
        if (!OperatingSystem.IsLinux()) return [];
        var names = Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path));
        return [.. names.Where(name => char.IsAsciiDigit(name[0])).Select(Read).OfType<Entry>()];
    }

    private static Entry? Read(string id)
    {
        try
        {
            // "42 (any (thing)) S 1 …": the state, the parent, and as the twentieth field the start.
            var line = File.ReadAllText($"/proc/{id}/stat");
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return new Entry(Number(id), Number(fields[1]), fields[19]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It ended while we looked.
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Signal(int id, int signal) => _ = Kill(id, signal); // One that has ended needs no signal.

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int id, int signal);

    /// <summary>A process. With its start an id is never mistaken for a later process of the same number.</summary>
    private sealed record Entry(int Id, int Parent, string Start)
    {
        public bool Equals(Entry? other) => other is not null && (Id, Start) == (other.Id, other.Start);

        public override int GetHashCode() => HashCode.Combine(Id, Start);
    }
}
