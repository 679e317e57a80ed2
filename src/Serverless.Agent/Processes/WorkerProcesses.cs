using System.ComponentModel;
using System.Diagnostics;
using Serverless.Workers.Commands;

namespace Serverless.Agent.Processes;

/// <summary>
/// Starts workers as leaders of sessions of their own, by the program <c>setsid</c> that Linux has: Ctrl-C reaches only the agent,
/// and one signal reaches the whole group. Without it only what is found to descend from the worker is reached.
/// </summary>
/// <param name="clock">Says when output came.</param>
/// <param name="newId">Makes a text by chance: it marks all that a worker starts, wherever that wanders off to.</param>
internal sealed class WorkerProcesses(TimeProvider clock, Func<string> newId) : IWorkerProcesses
{
    /// <summary>The mark, in the environment.</summary>
    public const string MarkName = "FANOUT_AGENT_WORKER";

    private static readonly string? SetSession = FindProgram("setsid");

    private HashSet<ProcessEntry> _zombies = [];

    /// <inheritdoc/>
    public IWorkerProcess Start(WorkerStart start)
    {
        var mark = newId();
        var process = new Process { StartInfo = Info(start, mark) };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            process.Dispose();
            throw new WorkerStartException($"'{start.Words[0]}' could not be started: {exception.Message}", exception);
        }

        return new WorkerProcess(process, mark, start.WatchesOutput ? clock : null);
    }

    /// <inheritdoc/>
    public int ReapZombies()
    {
        var zombies = ProcessTable.All().Where(entry => entry.State == 'Z' && entry.Parent == Environment.ProcessId).ToHashSet();

        // .NET asks at once after what it has started itself; a zombie that is still there at the next look is nobody's.
        var reaped = zombies.Where(_zombies.Contains).Count(entry => NativeProcesses.Reap(entry.Id));
        _zombies = zombies;
        return reaped;
    }

    private static ProcessStartInfo Info(WorkerStart start, string mark)
    {
        if (FindProgram(start.Words[0]) is null)
            throw new WorkerStartException($"'{start.Words[0]}' could not be started: there is no such program");
        var words = SetSession is null ? start.Words : [SetSession, .. start.Words];
        var info = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardOutput = start.WatchesOutput,
            RedirectStandardError = start.WatchesOutput,
        };
        foreach (var (name, value) in start.Environment)
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }

        foreach (var name in WorkerSecrets.Names) info.Environment.Remove(name);
        info.Environment[MarkName] = mark;
        return info;
    }

    /// <summary>Looked up here, since setsid would fail only after it was started.</summary>
    private static string? FindProgram(string name)
    {
        if (OperatingSystem.IsWindows()) return name;
        if (name.Contains('/', StringComparison.Ordinal)) return File.Exists(name) ? name : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
