using System.Text.Json;
using Serverless.Engine.History;
using Serverless.Engine.Storage;
using Serverless.Simulation.Programs;
using Serverless.Simulation.Running;

namespace Serverless.Simulation.Checks;

/// <summary>What must hold once everything has ended.</summary>
internal static class AftermathCheck
{
    public static void Check(ProgramRun run)
    {
        SimulationFailure.Unless(!run.Outside.IsWaiting, "A client never got its answer.");
        var life = run.Life;
        life.Clock.Advance(3 * Life.IdleTimeout);
        run.Drain();
        SimulationFailure.Unless(life.Engine.InstancesInMemory == 0, "Ended instances stay in memory.");
        SimulationFailure.Unless(
            life.Count("instances WHERE open_activities > 0 OR wake_at IS NOT NULL") == 0,
            "An ended instance has something open.");
        var reader = life.Engine.Core.Reader;
        var ended = reader.Read("SELECT id FROM instances", row => row.GetString(0))
            .ConvertAll(id => reader.Find(id)!)
            .ToDictionary(row => row.Keys.Key, row => (Row: row, History: HistoryCheck.Read(life, row)));
        foreach (var (row, history) in ended.Values)
        {
            HistoryCheck.Check(row, history);
            if (row.Keys.Parent is { } parent && ended.TryGetValue(parent.Key, out var told)) CheckReport(row, told.History);
            CheckEvents(row, history, run.Outside.Acknowledged);
        }

        var known = ended.Values.Select(one => one.Row.Id).ToHashSet();
        foreach (var (instance, token) in run.Outside.Acknowledged)
            SimulationFailure.Unless(known.Contains(instance), $"Event {token} was taken for '{instance}', which is unknown.");
    }

    private static void CheckReport(InstanceRow child, List<Segment> parent)
    {
        var task = child.Keys.Parent!.TaskId;
        var isTold = parent.SelectMany(segment => segment.Inbound).Any(inbound =>
            (inbound is TaskSucceeded done && done.TaskId == task) || (inbound is TaskFailed failed && failed.TaskId == task));
        SimulationFailure.Unless(
            child.Reported || !isTold, $"'{child.Id}' counts as untold, although its parent's history holds its end.");
    }

    /// <summary>An event is in the history if it came in this execution, and was taken by an earlier one otherwise.</summary>
    private static void CheckEvents(InstanceRow row, List<Segment> history, List<(string Instance, string Token)> acknowledged)
    {
        var generation = Begun(row.Input).Generation;
        var taken = row.CustomStatus.IsEmpty
            ? []
            : JsonSerializer.Deserialize(row.CustomStatus.Span, SimulationJson.Default.StringArray)!;
        var inHistory = history.SelectMany(segment => segment.Inbound).OfType<EventRaised>()
            .Select(raised => JsonSerializer.Deserialize(raised.Payload.Span, SimulationJson.Default.String)!.Split('#')[1])
            .ToList();
        var earlier = taken.Select(entry => entry.Split('@')).Where(entry => entry[1] != $"{generation}")
            .Select(entry => entry[0]).ToList();
        List<string> present = [.. earlier, .. inHistory];
        SimulationFailure.Unless(
            present.Distinct().Count() == present.Count && taken.Distinct().Count() == taken.Length,
            $"'{row.Id}' has got an event twice: {string.Join(' ', taken)}; in its history {string.Join(' ', inHistory)}.");
        foreach (var (_, token) in acknowledged.Where(one => one.Instance == row.Id))
            SimulationFailure.Unless(present.Contains(token), $"Event {token} for '{row.Id}' was acknowledged and is lost.");
    }

    private static ExecutionInput Begun(ReadOnlyMemory<byte> input) =>
        JsonSerializer.Deserialize(input.Span, SimulationJson.Default.ExecutionInput)!;
}
