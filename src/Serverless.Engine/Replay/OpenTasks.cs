using System.Diagnostics.CodeAnalysis;

namespace Serverless.Engine.Replay;

/// <summary>
/// Awaits that an event of the history must complete, external events apart. Counts activities and sorts timers as they
/// come and go, so that a turn costs what it does and not what is open.
/// </summary>
internal sealed class OpenTasks
{
    private readonly Dictionary<int, IOpenTask> _tasks = [];
    private readonly SortedSet<(DateTime FireAt, int TaskId)> _timers = [];

    public int Count => _tasks.Count;

    public int Activities { get; private set; }

    public int Timers => _timers.Count;

    /// <summary>Everything else that is counted here.</summary>
    public int Children => _tasks.Count - Activities - Timers;

    /// <summary>When the next timer is due, or null when none is open.</summary>
    public DateTime? NextTimer => _timers.Count == 0 ? null : _timers.Min.FireAt;

    public void Add(int taskId, IOpenTask task)
    {
        _tasks.Add(taskId, task);
        if (task.Kind == OpenTaskKind.Activity) Activities++;
        if (task.Kind == OpenTaskKind.Timer) _timers.Add((task.FireAt, taskId));
    }

    public bool Contains(int taskId) => _tasks.ContainsKey(taskId);

    public bool Remove(int taskId, [MaybeNullWhen(false)] out IOpenTask task)
    {
        if (!_tasks.Remove(taskId, out task)) return false;
        if (task.Kind == OpenTaskKind.Activity) Activities--;
        if (task.Kind == OpenTaskKind.Timer) _timers.Remove((task.FireAt, taskId));
        return true;
    }

    /// <summary>The timers that are due, earliest first.</summary>
    public List<int> DueTimers(DateTime now) =>
        _timers.TakeWhile(timer => timer.FireAt <= now).Select(timer => timer.TaskId).ToList();
}
