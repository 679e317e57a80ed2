namespace Serverless.Core.Runs;

/// <summary>Says when a group or section is to tell what started it what it has come to: after each twentieth of its chunks, and
/// whenever it has spent another hundredth of the budget, so that a history does not grow with its chunks.</summary>
internal sealed class GroupReporting(int part, int chunks, RunInput run)
{
    private const int Parts = 20;
    private const int BudgetParts = 100;

    private RunTally _told = new();

    /// <summary>Only a run that may stop by itself wants to know.</summary>
    public static GroupReporting? Of(int? part, int chunks, RunInput run) =>
        part is { } index && (run.MaxCost is not null || run.MaxFailedPercent is not null)
            ? new GroupReporting(index, chunks, run)
            : null;

    /// <returns>What is to be told; null: nothing yet.</returns>
    public GroupReport? After(RunTally tally, decimal running)
    {
        var ended = tally.Ended - _told.Ended;
        var cost = tally.Cost - _told.Cost;
        var isDue = ended * Parts >= chunks || (run.MaxCost is { } limit && cost * BudgetParts >= limit);
        if (!isDue || tally.Ended == chunks) return null;
        _told = tally;
        return new GroupReport(part, tally, running);
    }
}
