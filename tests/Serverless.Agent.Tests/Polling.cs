namespace Serverless.Agent.Tests;

/// <summary>Waits for what nobody tells of: files and other processes.</summary>
internal static class Polling
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>Completes once that is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            patience.IsCancellationRequested.ShouldBeFalse($"{what} within {Patience}");
            await timer.WaitForNextTickAsync(default);
        }
    }
}
