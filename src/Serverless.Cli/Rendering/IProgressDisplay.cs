using Serverless.Cli.Head;

namespace Serverless.Cli.Rendering;

/// <summary>Shows a run while it goes on.</summary>
internal interface IProgressDisplay
{
    /// <summary>Follows the updates to their end.</summary>
    Task ShowAsync(IAsyncEnumerable<RunUpdate> updates, CancellationToken cancellationToken);
}
