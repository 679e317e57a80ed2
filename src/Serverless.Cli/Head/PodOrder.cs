using Serverless.Protocol;

namespace Serverless.Cli.Head;

/// <summary>What a pod is to do, and who tells it.</summary>
/// <param name="Pod">Its name, <c>KEY-NAME/POD</c>.</param>
/// <param name="Command">What it is to do.</param>
/// <param name="Host">Where the host listens.</param>
internal sealed record PodOrder(string Pod, WorkCommand Command, Uri Host);
