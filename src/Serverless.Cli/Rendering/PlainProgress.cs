using Serverless.Cli.Head;

namespace Serverless.Cli.Rendering;

/// <summary>Draws nothing: the log has a line for each thing that happens.</summary>
internal sealed class PlainProgress : IProgressDisplay
{
    public async Task ShowAsync(IAsyncEnumerable<RunView> views, CancellationToken cancellationToken)
    {
        await using var view = views.GetAsyncEnumerator(cancellationToken);
        while (await view.MoveNextAsync())
        {
        }
    }
}
