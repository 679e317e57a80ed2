using System.Runtime.InteropServices;

namespace Serverless.Cli.Hosting;

/// <summary>
/// What signals ask for. The first Ctrl-C or a SIGTERM: stop. The second Ctrl-C: cancel what costs money, too. The
/// third ends the process as if nobody listened.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _cancel = new();
    private IReadOnlyList<PosixSignalRegistration> _registrations = [];
    private int _interrupts;

    /// <summary>The first Ctrl-C or a SIGTERM has come.</summary>
    public CancellationToken StopRequested => _stop.Token;

    /// <summary>The second Ctrl-C has come.</summary>
    public CancellationToken CancelRequested => _cancel.Token;

    /// <summary>Whether it was a person who asked: then a second Ctrl-C may follow.</summary>
    public bool WasInterrupted => Volatile.Read(ref _interrupts) > 0;

    /// <summary>Signals of this process.</summary>
    public static StopSignals Listen()
    {
        var signals = new StopSignals();
        signals._registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signals.Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signals.Handle),
        ];
        return signals;
    }

    /// <summary>Takes one signal. The context's <c>Cancel</c> says whether the process lives on.</summary>
    public void Handle(PosixSignalContext signal)
    {
        var interrupts = signal.Signal == PosixSignal.SIGINT
            ? Interlocked.Increment(ref _interrupts)
            : Volatile.Read(ref _interrupts);
        signal.Cancel = interrupts <= 2;
        _stop.Cancel();
        if (interrupts == 2) _cancel.Cancel();
    }

    /// <summary>Leaves further signals to the system: the next one ends the process.</summary>
    public void Release()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    /// <summary>The sources stay as they are: a signal that is just being handled, on another thread, still uses them.</summary>
    public void Dispose() => Release();
}
