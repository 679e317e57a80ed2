using System.Text.Json;
using Serverless.Engine.History;
using Serverless.Engine.Storage;
using Serverless.EngineProcess;
using Serverless.Sqlite;

namespace Serverless.Engine.Tests.Kills;

/// <summary>What a database holds that a killed process has left.</summary>
/// <param name="Instances">The ids in it.</param>
/// <param name="Finished">Calls whose result is in a history.</param>
/// <param name="Events">The events that the collector has got.</param>
/// <param name="Findings">What a check finds.</param>
internal sealed record CommittedState(
    HashSet<string> Instances, HashSet<EngineCall> Finished, HashSet<int> Events, IReadOnlyList<DatabaseFinding> Findings)
{
    public static CommittedState Read(string database)
    {
        // Able to write: only such a connection reads what lies in the write-ahead log when nobody else has it open.
        using var connections = new ReaderConnections(database, EngineFile.Fail, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite);
        var reader = new InstanceReader(connections);
        var instances = reader.List(new OrchestrationQuery(), 0, 1000).ToDictionary(row => row.Id, reader.History);
        var events = instances.GetValueOrDefault(MixedLoad.Collector, [])
            .SelectMany(segment => segment.Inbound).OfType<EventRaised>()
            .Where(raised => raised.Name == MixedLoad.Item).Select(raised => Number(raised.Payload));
        return new CommittedState(
            [.. instances.Keys],
            [.. instances.SelectMany(instance => Calls(instance.Key, instance.Value))],
            [.. events],
            DatabaseCheck.Run(connections));
    }

    private static IEnumerable<EngineCall> Calls(string instance, List<Segment> history)
    {
        var inputs = history.SelectMany(segment => segment.Decisions).OfType<ActivityScheduled>()
            .ToDictionary(activity => activity.TaskId, activity => Number(activity.Input));
        return history.SelectMany(segment => segment.Inbound).OfType<TaskSucceeded>()
            .Where(done => inputs.ContainsKey(done.TaskId))
            .Select(done => new EngineCall(instance, inputs[done.TaskId]));
    }

    private static int Number(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, TestJson.Default.Int32);
}
