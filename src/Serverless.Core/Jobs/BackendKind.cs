namespace Serverless.Core.Jobs;

/// <summary>The kinds of places where a run's jobs may go.</summary>
public enum BackendKind
{
    /// <summary>RunPod Serverless, or, without an endpoint, the local emulator.</summary>
    RunPod,

    /// <summary>Pods that take jobs from this installation's queue.</summary>
    Pods,

    /// <summary>One after the other in this process.</summary>
    Local,

    /// <summary>Pods for the bulk, RunPod Serverless for what must not wait or fail.</summary>
    Hybrid,
}

/// <summary>The same as words.</summary>
public static class BackendKinds
{
    /// <summary>What is allowed, in words.</summary>
    public const string Allowed = "runpod, pods, local or hybrid";

    /// <summary>The kind of a word; null when there is none.</summary>
    public static BackendKind? Find(string word) => word switch
    {
        "runpod" => BackendKind.RunPod,
        "pods" => BackendKind.Pods,
        "local" => BackendKind.Local,
        "hybrid" => BackendKind.Hybrid,
        _ => null,
    };

    /// <summary>The word of a kind.</summary>
    public static string ToWord(this BackendKind kind) => kind.ToString().ToLowerInvariant();
}
