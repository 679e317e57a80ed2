using Serverless.Durable;

namespace Serverless.Engine.Replay;

/// <summary>What a task waits for, which decides who must not forget it.</summary>
internal enum OpenTaskKind
{
    Activity,
    Child,
    Timer,
    Event,
}

/// <summary>An await that an event of the history will complete.</summary>
internal interface IOpenTask
{
    OpenTaskKind Kind { get; }

    string Name { get; }

    /// <summary>When a timer is due.</summary>
    DateTime FireAt { get; }

    void Succeed(ReadOnlyMemory<byte> result, Payloads payloads);

    void Fail(int taskId, FailureDetails failure);
}

/// <summary>The awaited task itself, to save an object a pending activity.</summary>
internal sealed class OpenTask<T>(OpenTaskKind kind, string name, DateTime fireAt = default)
    : TaskCompletionSource<T>, IOpenTask
{
    public OpenTaskKind Kind { get; } = kind;

    public string Name { get; } = name;

    public DateTime FireAt { get; } = fireAt;

    public void Succeed(ReadOnlyMemory<byte> result, Payloads payloads)
    {
        T value;
        try
        {
            value = payloads.Read<T>(result);
        }
        catch (Exception e)
        {
            // Not of the type asked for, or whatever its converter threw: the orchestrator's to deal with.
            TrySetException(e);
            return;
        }

        TrySetResult(value);
    }

    public void Fail(int taskId, FailureDetails failure) =>
        TrySetException(new TaskFailedException(Name, taskId, failure));
}
