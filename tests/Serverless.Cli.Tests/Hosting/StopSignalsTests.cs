using System.Runtime.InteropServices;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.Tests.Hosting;

public sealed class StopSignalsTests
{
    [Fact]
    public void CtrlC_OnceTwiceThrice_StopsCancelsAndEnds()
    {
        using var signals = new StopSignals();

        Send(signals, PosixSignal.SIGINT).ShouldBeTrue("the process lives on");
        (signals.StopRequested.IsCancellationRequested, signals.CancelRequested.IsCancellationRequested)
            .ShouldBe((true, false));
        signals.WasInterrupted.ShouldBeTrue();

        Send(signals, PosixSignal.SIGINT).ShouldBeTrue("the process lives on to cancel jobs");
        signals.CancelRequested.IsCancellationRequested.ShouldBeTrue();

        Send(signals, PosixSignal.SIGINT).ShouldBeFalse("the third ends the process");
    }

    [Fact]
    public void Sigterm_HoweverOften_OnlyStops()
    {
        using var signals = new StopSignals();

        for (var time = 0; time < 3; time++) Send(signals, PosixSignal.SIGTERM).ShouldBeTrue();

        signals.StopRequested.IsCancellationRequested.ShouldBeTrue();
        signals.CancelRequested.IsCancellationRequested.ShouldBeFalse();
        signals.WasInterrupted.ShouldBeFalse();
    }

    [Fact]
    public void Sigterm_BeforeCtrlC_DoesNotCountAsOne()
    {
        using var signals = new StopSignals();
        Send(signals, PosixSignal.SIGTERM);

        Send(signals, PosixSignal.SIGINT);

        signals.CancelRequested.IsCancellationRequested.ShouldBeFalse();
    }

    private static bool Send(StopSignals signals, PosixSignal signal)
    {
        var context = new PosixSignalContext(signal);
        signals.Handle(context);
        return context.Cancel;
    }
}
