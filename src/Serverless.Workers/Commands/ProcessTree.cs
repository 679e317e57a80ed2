using System.Diagnostics;
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
            foreach (var one in descendants.Intersect(ProcessTable.All())) Signal(one.Id, Sigkill);
        }

        root.Kill(entireProcessTree: true);
        await root.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks the whole tree to end, and leaves it at that.</summary>
    public static void Ask(Process root)
    {
        if (root.HasExited || OperatingSystem.IsWindows()) return;
        var descendants = Descendants(root.Id);
        Signal(root.Id, Sigterm);
        foreach (var one in descendants) Signal(one.Id, Sigterm);
    }

    private static async Task ExitAsync(Process root, TimeSpan grace, TimeProvider clock)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(root.WaitForExitAsync(CancellationToken.None), Task.Delay(grace, clock, ended.Token));
        await ended.CancelAsync();
    }

    private static List<ProcessEntry> Descendants(int id)
    {
        var children = ProcessTable.All().ToLookup(entry => entry.Parent);
        List<ProcessEntry> found = [.. children[id]];
        for (var index = 0; index < found.Count; index++) found.AddRange(children[found[index].Id]);
        return found;
    }

    private static void Signal(int id, int signal) => _ = Kill(id, signal); // One that has ended needs no signal.

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int id, int signal);
}
