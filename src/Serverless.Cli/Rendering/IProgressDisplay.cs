using Serverless.Cli.Head;

namespace Serverless.Cli.Rendering;

/// <summary>Shows a run while it goes on.</summary>
internal interface IProgressDisplay
{
    /// <summary>Follows a run to its end.</summary>
    Task ShowAsync(IAsyncEnumerable<RunView> views, CancellationToken cancellationToken);
}
