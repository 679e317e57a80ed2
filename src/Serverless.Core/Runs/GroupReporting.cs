namespace Serverless.Core.Runs;

/// <summary>Says when a group is to tell its run what it has come to: after each twentieth of its chunks, and whenever it has
/// spent another hundredth of the budget, so that the run's history does not grow with its chunks.</summary>
internal sealed class GroupReporting(GroupInput group)
{
    private const int Parts = 20;
    private const int BudgetParts = 100;

    private RunTally _told = new();

    /// <summary>Only a run that may stop by itself wants to know.</summary>
    public static bool IsWanted(GroupInput group) =>
        group.Group is not null && (group.Run.MaxCost is not null || group.Run.MaxFailedPercent is not null);

    /// <returns>What is to be told; null: nothing yet.</returns>
    public GroupReport? After(RunTally tally, decimal running)
    {
        var chunks = tally.Ended - _told.Ended;
        var cost = tally.Cost - _told.Cost;
        var isDue = chunks * Parts >= group.Counts.Count || (group.Run.MaxCost is { } limit && cost * BudgetParts >= limit);
        if (!isDue || tally.Ended == group.Counts.Count) return null;
        _told = tally;
        return new GroupReport(group.Group!.Value, tally, running);
    }
}
