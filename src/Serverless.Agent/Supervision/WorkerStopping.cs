using Serverless.Agent.Processes;

namespace Serverless.Agent.Supervision;

/// <summary>Ends a worker with all that it has started.</summary>
internal static class WorkerStopping
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>SIGTERM, then as long as is given, then SIGKILL for what is left.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> StopAsync(this IWorkerProcess worker, TimeProvider clock, CancellationToken graceOver)
    {
        if (!worker.Ended.IsCompleted || worker.IsAnyLeft)
        {
            worker.Terminate();
            await WaitAsync(worker, clock, graceOver);
        }

        worker.Kill();
        return await worker.Ended;
    }

    /// <summary>A shell that was asked to end is gone at once, while the program that it started still saves.</summary>
    private static async Task WaitAsync(IWorkerProcess worker, TimeProvider clock, CancellationToken graceOver)
    {
        try
        {
            await worker.Ended.WaitAsync(graceOver);
            while (worker.IsAnyLeft) await Task.Delay(LookInterval, clock, graceOver);
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }
}
