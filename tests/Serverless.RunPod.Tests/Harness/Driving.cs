using Serverless.TestKit;

namespace Serverless.RunPod.Tests.Harness;

internal static class Driving
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    /// <summary>Moves the clock over every wait of at most <paramref name="longest"/> until the task ends; longer ones,
    /// such as a call's timeout, are left alone. Gives the waits.</summary>
    public static async Task<List<TimeSpan>> DriveAsync(this ManualClock clock, Task task, TimeSpan? longest = null)
    {
        var waits = new List<TimeSpan>();
        var most = longest ?? TimeSpan.FromSeconds(20);
        while (!task.IsCompleted)
        {
            var now = clock.GetUtcNow();
            await Task.WhenAny(task, clock.WhenTimerDueBy(now + most)).WaitAsync(Guard);
            if (task.IsCompleted || clock.NextDue is not { } due || due > now + most) continue;
            waits.Add(due - now);
            clock.AdvanceTo(due);
        }

        return waits;
    }

    /// <summary>Drives a call that succeeds.</summary>
    public static async Task<T> ResultAsync<T>(this ManualClock clock, Task<T> task, TimeSpan? longest = null)
    {
        await clock.DriveAsync(task, longest);
        return await task;
    }

    /// <summary>Drives a call that fails.</summary>
    public static async Task<Core.Jobs.JobBackendException> FailureAsync(this ManualClock clock, Task task)
    {
        await clock.DriveAsync(task);
        return await Should.ThrowAsync<Core.Jobs.JobBackendException>(task);
    }
}
