namespace Serverless.Engine.Replay;

/// <summary>What a developer is told whose orchestrator awaited what is not its context's.</summary>
internal static class ForbiddenWaits
{
    public const string Names = "Task.Delay, Task.Run, I/O, ConfigureAwait(false)";

    public const string Advice =
        "Use CreateTimer in place of Task.Delay, an activity in place of Task.Run and I/O, and no ConfigureAwait(false).";
}
