using Serverless.Emulator.Timing;

namespace Serverless.Emulator.Http;

/// <summary>
/// The documented limits: calls per operation in fixed windows of ten seconds, or so many per running worker where that
/// is more.
/// </summary>
/// <param name="alarms">The clock that cuts the windows.</param>
/// <param name="runningWorkers">Asks how many workers run.</param>
internal sealed class RateLimits(AlarmClock alarms, Func<int> runningWorkers)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<Operation, int> _calls = [];
    private long _window;

    /// <summary>Counts a call.</summary>
    /// <returns>False when it is one too many.</returns>
    public bool Admit(Operation operation)
    {
        if (LimitOf(operation) is not { } limit) return true;
        var counted = operation == Operation.StatusSync ? Operation.Status : operation;
        int calls;
        lock (_gate)
        {
            var window = alarms.Now.Ticks / Window.Ticks;
            if (window != _window) _calls.Clear();
            _window = window;
            _calls[counted] = calls = _calls.GetValueOrDefault(counted) + 1;
        }

        return calls <= limit.Base || calls <= limit.PerWorker * runningWorkers();
    }

    private static (int Base, int PerWorker)? LimitOf(Operation operation) => operation switch
    {
        Operation.RunSync => (2000, 400),
        Operation.Run => (1000, 200),
        Operation.Status or Operation.StatusSync => (2000, 400),
        Operation.Stream => (2000, 400),
        Operation.Cancel => (100, 20),
        Operation.PurgeQueue => (2, 0),
        _ => null,
    };
}
