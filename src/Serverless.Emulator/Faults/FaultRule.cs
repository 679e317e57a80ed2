using Serverless.Emulator.Http;
using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Faults;

/// <summary>One entry of a fault file.</summary>
internal sealed record FaultRule
{
    /// <summary>Its place in the file, from 0.</summary>
    public required int Index { get; init; }

    public required FaultKindRules Kind { get; init; }

    /// <summary>The operation it befalls; null means every one.</summary>
    public Operation? Operation { get; init; }

    /// <summary>How likely it strikes when it could, from 0 to 1.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>How often it strikes at most; null means for ever.</summary>
    public int? Times { get; init; }

    /// <summary>How long to be slow, invisible, late, out of order, or busy before the crash; how long a 429 asks to
    /// wait.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>How many entries a generator handler emits before its worker dies; null means that it never starts.
    /// </summary>
    public int? AfterEntries { get; init; }

    /// <summary>Ids that no worker survives; empty when the kind has none.</summary>
    public IReadOnlyList<string> Poison { get; init; } = [];

    /// <summary>Members that the job's input must have, in the form of <see cref="JobTraits.Scalar"/>.</summary>
    public IReadOnlyDictionary<string, string> Members { get; init; } = new Dictionary<string, string>();

    /// <summary>The id of a flashpoint that the input must hold, or null.</summary>
    public string? Flashpoint { get; init; }

    public bool Covers(Operation operation) => Operation is null || Operation == operation;

    public bool Covers(JobTraits job) =>
        (Flashpoint is null || job.HasFlashpoint(Flashpoint))
        && (Poison.Count == 0 || Poison.Any(job.HasFlashpoint))
        && Members.All(member => job.Scalar(member.Key) == member.Value);
}
