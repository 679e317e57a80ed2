namespace Serverless.Pods;

public sealed partial class PodQueue
{
    /// <summary>Looks for stale and old jobs from time to time.</summary>
    private sealed class Caretaker : IAsyncDisposable
    {
        private readonly PodQueue _queue;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Caretaker(PodQueue queue)
        {
            _queue = queue;
            _running = RunAsync();
        }

        /// <summary>A lease that has run out is noticed late by at most a twelfth of it.</summary>
        private TimeSpan Interval => TimeSpan.FromSeconds(Math.Clamp(_queue._options.JobTimeout.TotalSeconds / 12, 0.05, 15));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }

        private async Task RunAsync()
        {
            using var timer = new PeriodicTimer(Interval, _queue._time);
            var cleanedAt = _queue._time.GetTimestamp();
            try
            {
                while (await timer.WaitForNextTickAsync(_stop.Token))
                {
                    await _queue.SweepAsync();
                    if (_queue._time.GetElapsedTime(cleanedAt) < QueueLimits.CleaningInterval) continue;
                    await _queue.CleanAsync();
                    cleanedAt = _queue._time.GetTimestamp();
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The queue is being closed.
            }
            catch (QueueException e)
            {
                // The disk refused: whoever watches Broken sees to it.
                _queue.LogCareFailed(e);
            }
        }
    }
}
