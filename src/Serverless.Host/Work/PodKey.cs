namespace Serverless.Host.Work;

/// <summary>The key that a pod showed.</summary>
/// <param name="Name">Whose it is; safe to log. <c>local</c> where there are no keys to show.</param>
internal sealed record PodKey(string Name)
{
    /// <summary>Pods on this machine, where there are no keys.</summary>
    public static PodKey Local { get; } = new("local");
}
