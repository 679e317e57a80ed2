namespace Serverless.Emulator.Http;

/// <summary>What a client can ask of an endpoint.</summary>
internal enum Operation
{
    Run,
    RunSync,
    Status,
    StatusSync,
    Stream,
    Cancel,
    Retry,
    PurgeQueue,
    Health,
}

/// <summary>Names of operations.</summary>
internal static class OperationExtensions
{
    /// <summary>The operation as it stands in the path.</summary>
    public static string Name(this Operation operation) => operation switch
    {
        Operation.Run => "run",
        Operation.RunSync => "runsync",
        Operation.Status => "status",
        Operation.StatusSync => "status-sync",
        Operation.Stream => "stream",
        Operation.Cancel => "cancel",
        Operation.Retry => "retry",
        Operation.PurgeQueue => "purge-queue",
        Operation.Health => "health",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };
}
