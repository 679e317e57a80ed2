using Microsoft.Extensions.Logging;

namespace Serverless.Host.Live;

/// <summary>Reads something again and again while anybody watches it, once for all of them.</summary>
/// <param name="time">The clock.</param>
/// <param name="backstop">The longest time between two readings. Signals tell of this process's activities only, and before the
/// engine has committed.</param>
/// <param name="log">Where it logs.</param>
internal abstract partial class LiveFeed(TimeProvider time, TimeSpan backstop, ILogger log)
{
    /// <summary>A storm of signals is read this often at most.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>What is shown.</summary>
    public LiveBoard Board { get; } = new();

    /// <summary>What it reads, for the log.</summary>
    protected abstract string Subject { get; }

    /// <summary>Reads until nothing changes any more, or nobody watches.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var signalled = NextSignalAsync();
                if (!await ReadAsync(cancellationToken)) return;
                await Task.WhenAny(signalled, Task.Delay(backstop, time, cancellationToken));
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody watches any more, or the host stops.
        }
#pragma warning disable CA1031 // Whatever it is, it ends this feed alone; watchers come again and see it from their request.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, Subject);
        }
        finally
        {
            Board.Close();
            Forget();
        }
    }

    /// <summary>Completes when there may be something new.</summary>
    protected abstract Task NextSignalAsync();

    /// <summary>Looks and shows.</summary>
    /// <returns>False when nothing will change any more.</returns>
    protected abstract Task<bool> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Nobody waits for a signal any more.</summary>
    protected virtual void Forget()
    {
    }

    [LoggerMessage(1, LogLevel.Warning, "The events of {Subject} cannot be read")]
    private partial void LogFailed(Exception exception, string subject);
}
