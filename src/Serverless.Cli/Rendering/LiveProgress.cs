using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Cli.Rendering;

/// <summary>Draws the run in place, four times a second. Leaves the screen clean.</summary>
internal sealed class LiveProgress(IAnsiConsole console, LogWriter log, TimeProvider clock) : IProgressDisplay
{
    /// <summary>Between two drawings: a thousand views a second must not be a thousand drawings.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Rows for heading, rulers, the total and a line of the shell.</summary>
    private const int OtherRows = 6;

    private volatile RunView? _latest;

    public Task ShowAsync(IAsyncEnumerable<RunView> views, CancellationToken cancellationToken) =>
        log.WhileDrawingAsync(() => console
            .Live(new Text(""))
            .AutoClear(true)
            .Overflow(VerticalOverflow.Crop)
            .Cropping(VerticalOverflowCropping.Top)
            .StartAsync(context => DrawAsync(context, views, cancellationToken)));

    private async Task DrawAsync(
        LiveDisplayContext context, IAsyncEnumerable<RunView> views, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var reading = ReadAsync(views, timer, cancellationToken);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            if (_latest is { } run) context.UpdateTarget(Draw(run));
        }

        await reading;
    }

    private async Task ReadAsync(
        IAsyncEnumerable<RunView> views, PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var view in views.WithCancellation(cancellationToken)) _latest = view;
        }
        finally
        {
            // Ends the drawing: the wait for the next tick gives false.
            timer.Dispose();
        }
    }

    private IRenderable Draw(RunView run) => RunProgress.Draw(
        run, clock.GetUtcNow(), console.Profile.Height - OtherRows, console.Profile.Capabilities.Unicode);
}
