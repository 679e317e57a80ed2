using System.Threading.Channels;

namespace Serverless.TestKit;

/// <summary>Where activities arrive and wait until the test lets them go on.</summary>
public sealed class Gate
{
    /// <summary>Only ever reached by a test that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Channel<int> _arrived = Channel.CreateUnbounded<int>();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private int _peak;

    /// <summary>How many waited at once at most.</summary>
    public int Peak => _peak;

    public async Task PassAsync(CancellationToken cancellation = default)
    {
        var waiting = Interlocked.Increment(ref _waiting);
        InterlockedMax(ref _peak, waiting);
        _arrived.Writer.TryWrite(waiting);
        try
        {
            await _open.Task.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Completes once that many more have arrived.</summary>
    public async Task ArrivedAsync(int count = 1)
    {
        for (var i = 0; i < count; i++)
            await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }

    public void Open() => _open.TrySetResult();

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value) Interlocked.CompareExchange(ref target, value, seen);
    }
}
