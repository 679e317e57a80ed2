using System.Globalization;

namespace Serverless.Agent.Supervision;

/// <summary>How a worker came to its end.</summary>
internal enum EndReason
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>It gave no sign of life, and was ended.</summary>
    Hung,

    /// <summary>It was told to end.</summary>
    Stopped,
}

/// <summary>A worker has ended, and nothing of it is left.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ExitCode">Its exit code; 128 and more when a signal ended it.</param>
internal readonly record struct WorkerEnd(EndReason Reason, int ExitCode)
{
    /// <summary>Whether it said itself that all is well: then what it wrote last is complete.</summary>
    public bool IsGood => ExitCode == 0;

    /// <summary>For people; the same for the same cause.</summary>
    public string InWords => Reason == EndReason.Hung
        ? "The worker gave no sign of life"
        : string.Create(CultureInfo.InvariantCulture, $"The worker ended with exit code {ExitCode}");
}
