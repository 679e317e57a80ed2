namespace Serverless.Protocol;

/// <summary>What the host wants of a pod, or of the work on one job.</summary>
public enum WorkCommand
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>Finish what is held and take nothing more.</summary>
    Drain,

    /// <summary>Of a pod: give back what is held, now, and take nothing more. Of a job: it is not wanted any more or has
    /// another holder; stop the work, throw away what is buffered, send nothing more about it.</summary>
    Stop,
}
