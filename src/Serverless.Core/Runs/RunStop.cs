using System.Globalization;
using Serverless.Core.Pricing;

namespace Serverless.Core.Runs;

/// <summary>Why a run ends before all of it was run.</summary>
public enum StopKind
{
    /// <summary>Its budget was spent: what ran was let end, and nothing was begun any more.</summary>
    Budget,

    /// <summary>Too many flashpoints had failed for good: jobs were cancelled.</summary>
    Failures,
}

/// <summary>A run's early end, in numbers.</summary>
public sealed record RunStop
{
    /// <summary>Why.</summary>
    public required StopKind Kind { get; init; }

    /// <summary>Dollars that this execution has spent.</summary>
    public decimal Spent { get; init; }

    /// <summary>Flashpoints that had failed for good.</summary>
    public int Failed { get; init; }

    /// <summary>Flashpoints that were not run, or not tried again.</summary>
    public required int NotRun { get; init; }

    /// <summary>All of it in one line.</summary>
    public string InWords(RunInput run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var left = string.Create(CultureInfo.InvariantCulture, $"{NotRun:N0} of {run.Flashpoints:N0} flashpoints not run");
        return Kind == StopKind.Budget
            ? $"stopped at {Dollars.Show(Spent)} of {Dollars.Show(run.MaxCost ?? 0)}: {left}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"stopped as hopeless: {Failed:N0} flashpoints had failed, more than {run.MaxFailedPercent} %; {left}");
    }

    /// <summary>Why a flashpoint that no job was given has no result.</summary>
    public string Reason(RunInput run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Kind == StopKind.Budget
            ? $"not run: the budget of {Dollars.Show(run.MaxCost ?? 0)} was spent"
            : $"not run: more than {run.MaxFailedPercent} % of the flashpoints had failed";
    }
}
