namespace Serverless.RunPod.Replies;

/// <summary>An operation of the job API. Each has a rate limit of its own.</summary>
internal enum RunPodOperation
{
    Run,
    Status,
    Stream,
    Cancel,
    Retry,
    PurgeQueue,
    Health,
}

internal static class RunPodOperationExtensions
{
    /// <summary>The operation as people know it: <c>GET /status</c>.</summary>
    public static string Name(this RunPodOperation operation) => operation switch
    {
        RunPodOperation.Run => "POST /run",
        RunPodOperation.Status => "GET /status",
        RunPodOperation.Stream => "GET /stream",
        RunPodOperation.Cancel => "POST /cancel",
        RunPodOperation.Retry => "POST /retry",
        RunPodOperation.PurgeQueue => "POST /purge-queue",
        _ => "GET /health",
    };

    /// <summary>The operation as the last part of its path, which is how it is measured.</summary>
    public static string Word(this RunPodOperation operation) => operation switch
    {
        RunPodOperation.Run => "run",
        RunPodOperation.Status => "status",
        RunPodOperation.Stream => "stream",
        RunPodOperation.Cancel => "cancel",
        RunPodOperation.Retry => "retry",
        RunPodOperation.PurgeQueue => "purge-queue",
        _ => "health",
    };

    /// <summary>True when the path holds a job's id, so that a job can be missing.</summary>
    public static bool NamesJob(this RunPodOperation operation) => operation
        is RunPodOperation.Status or RunPodOperation.Stream or RunPodOperation.Cancel or RunPodOperation.Retry;

    /// <summary>True when doing it twice is as good as once. A second POST /run is a second job; a lost answer of
    /// GET /stream holds parts that do not come again.</summary>
    public static bool IsRepeatable(this RunPodOperation operation) => operation
        is RunPodOperation.Status or RunPodOperation.Cancel or RunPodOperation.Health;
}
