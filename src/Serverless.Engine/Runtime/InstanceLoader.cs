using Serverless.Durable;
using Serverless.Engine.History;
using Serverless.Engine.Replay;
using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>Brings instances into memory.</summary>
internal static class InstanceLoader
{
    /// <summary>An instance without a history.</summary>
    public static LoadedInstance Fresh(EngineCore engine, string id, Birth birth)
    {
        var identity = new InstanceIdentity(birth.Name, id, birth.Keys.Parent?.InstanceId);
        var coroutine = NewCoroutine(engine, identity, birth.Input);
        return new LoadedInstance(engine, birth.Keys, identity, coroutine, segments: 0, birth.Creation);
    }

    /// <summary>Reads and replays an instance; null when it does not exist or has ended.</summary>
    public static LoadedInstance? Load(EngineCore engine, string id)
    {
        if (engine.Reader.Find(id) is not { } row || row.Status.IsEnded()) return null;
        var history = engine.Reader.History(row);
        if (!IsRegistered(engine, row, history))
        {
            throw new InvalidOperationException(
                $"Instance '{id}' needs the orchestrator '{row.Name}', which is not registered. It waits until it is.");
        }

        var identity = IdentityOf(row);
        var coroutine = NewCoroutine(engine, identity, row.Input);
        coroutine.Replay(history);
        engine.Waiters.Hope(id);
        return new LoadedInstance(engine, row.Keys, identity, coroutine, history.Count, creation: null);
    }

    /// <summary>Takes an instance as if its orchestrator were gone: it can be terminated and nothing else. Null when it
    /// does not exist or has ended.</summary>
    public static LoadedInstance? LoadWithoutHistory(EngineCore engine, string id)
    {
        if (engine.Reader.Find(id) is not { } row || row.Status.IsEnded()) return null;
        var identity = IdentityOf(row);
        var coroutine = NewCoroutine(engine, identity, new MissingOrchestrator(row.Name), default);
        return new LoadedInstance(
            engine, row.Keys, identity, coroutine, engine.Reader.CountSegments(row), creation: null);
    }

    public static Coroutine NewCoroutine(EngineCore engine, InstanceIdentity identity, ReadOnlyMemory<byte> input) =>
        engine.Registry.Orchestrators.TryGetValue(identity.Name, out var factory)
            ? NewCoroutine(engine, identity, factory(), input)
            : NewCoroutine(engine, identity, new MissingOrchestrator(identity.Name), default);

    private static Coroutine NewCoroutine(
        EngineCore engine, InstanceIdentity identity, IOrchestrator orchestrator, ReadOnlyMemory<byte> input) =>
        new(identity, orchestrator, input, engine.Payloads, engine.Loggers, engine.Bounds);

    private static InstanceIdentity IdentityOf(InstanceRow row) => new(row.Name, row.Id, row.Keys.Parent?.InstanceId);

    /// <summary>A child of an unknown name fails and tells its parent. A root was known when it was scheduled, so it waits
    /// for whoever knows it again; and so does whatever has a history.</summary>
    private static bool IsRegistered(EngineCore engine, InstanceRow row, List<Segment> history) =>
        engine.Registry.Orchestrators.ContainsKey(row.Name) || (history.Count == 0 && row.Keys.Parent is not null);
}
