using Serverless.Cli.Head;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.Rendering;

/// <summary>A line for each thing that happened.</summary>
internal sealed class PlainProgress(LogWriter log) : IProgressDisplay
{
    public async Task ShowAsync(IAsyncEnumerable<RunUpdate> updates, CancellationToken cancellationToken)
    {
        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            if (update.Line is { } line) log.Write(line.Level, line.Text);
        }
    }
}
