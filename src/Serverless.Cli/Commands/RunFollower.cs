using Serverless.Cli.Delivery;
using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;
using RunState = Serverless.Core.Runs.RunState;

namespace Serverless.Cli.Commands;

/// <summary>Stays with a run until it ends or somebody wants to leave it, and says what came of it.</summary>
internal sealed class RunFollower
{
    /// <summary>How long the first Ctrl-C waits for the second.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CommandContext _context;
    private readonly SettingSource _commandLine;
    private readonly ResultSink _sink;
    private readonly IProgressDisplay _progress;

    /// <exception cref="CommandFailedException">The results cannot be written where they were asked for.</exception>
    public RunFollower(CommandContext context, SettingSource commandLine, DeliveryRequest delivery)
    {
        _context = context;
        _commandLine = commandLine;
        _sink = ResultSink.Prepare(delivery, context.Terminal, context.Directory);
        _progress = context.Terminal.CanAnimate && !delivery.NoProgress
            ? new LiveProgress(context.Terminal.Error, context.Log, context.Clock)
            : new PlainProgress();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> FollowAsync(IFanOut fanOut, string run, CancellationToken stop)
    {
        try
        {
            await _progress.ShowAsync(fanOut.WatchAsync(run, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return await StopAsync(fanOut, run);
        }

        return await FinishAsync(fanOut, run, stop);
    }

    /// <summary>Shows and delivers a run that has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> FinishAsync(IFanOut fanOut, string run, CancellationToken stop)
    {
        var view = await fanOut.ShowAsync(run, stop);
        var console = _sink.UsesStandardOutput ? _context.Terminal.Error : _context.Terminal.Output;
        RunReport.Write(console, view, _context.Clock.GetUtcNow());
        if (view.State == RunState.Failed)
            _context.Terminal.Say($"To try again: {CommandHint.Of("resume", run, _commandLine)}");
        if (view is { State: RunState.Cancelled, StoppedBecause: not null })
            _context.Terminal.Say($"To go on with what is null: {CommandHint.Of("retry", run, _commandLine)}");
        if (view.State != RunState.Completed) return ExitCode.Failed;
        if (view.MissingCount > 0)
        {
            console.Line(
                $"{Printable.Count(view.MissingCount, "flashpoint")} without a result (null). To try again: "
                + CommandHint.Of("retry", run, _commandLine));
        }

        if (await _sink.WriteAsync(fanOut, view, stop) is { } location) console.Line($"Results: {location}");
        return view.MissingCount == 0 ? ExitCode.Success : ExitCode.SomeNull;
    }

    private async Task<int> StopAsync(IFanOut fanOut, string run)
    {
        var (terminal, signals) = (_context.Terminal, _context.Signals);
        if (signals.WasInterrupted)
        {
            terminal.Say($"Stopping. Ctrl-C again within {Grace.TotalSeconds:0} s also cancels the RunPod jobs.");
            await Task.WhenAny(Task.Delay(Grace, _context.Clock, signals.CancelRequested));
        }

        signals.Release();
        if (signals.CancelRequested.IsCancellationRequested)
        {
            terminal.Say("Cancelling the RunPod jobs. Ctrl-C again ends at once.");
            await fanOut.CancelAsync(run, CancellationToken.None);
            terminal.Say($"Run {run} is cancelled. Results stored so far are kept.");
        }
        else
        {
            terminal.Say($"Run {run} is safe: what is done is stored, and no finished work is paid for twice.");
            terminal.Say($"To go on: {CommandHint.Of("resume", run, _commandLine)}");
            terminal.Say($"To give up: {CommandHint.Of("cancel", run, _commandLine)}");
        }

        return ExitCode.Interrupted;
    }
}
