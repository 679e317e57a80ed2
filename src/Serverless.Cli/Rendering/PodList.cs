using Serverless.Protocol;
using Serverless.Protocol.Hosting;
using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>The queue in a line, then its pods, a row each.</summary>
internal static class PodList
{
    /// <param name="console">Where to.</param>
    /// <param name="queue">The queue; null when there never was one.</param>
    public static void Write(IAnsiConsole console, QueueView? queue)
    {
        if (queue is null)
        {
            console.Line("No queue: no run has gone to pods here.");
            return;
        }

        console.Line(
            $"Queued: {queue.Queued}  Running: {queue.Running}  Oldest: {Age(queue.OldestSeconds)}  "
            + $"Completed: {queue.Completed}  Failed: {queue.Failed}");
        if (queue.Pods.Count == 0)
        {
            console.Line("No pod has called yet.");
            return;
        }

        var table = Tables
            .Create("Pod", "State", "Seen", "GPU", "Done", "Interruptions", "Lost", "Restarts", "Job", "Attempt", "Held", "Flashpoints")
            .RightAligned(2, 4, 5, 6, 7, 9, 10, 11);
        foreach (var pod in queue.Pods) Add(table, pod);
        console.Write(table);
    }

    private static void Add(Table table, PodView pod)
    {
        string[] facts =
        [
            Text(pod.Name), State(pod), $"{Age(pod.LastSeenSeconds)} ago",
            Text(pod.Facts.Gpu ?? "–"), $"{pod.CompletedJobs}", $"{pod.Interruptions}", $"{pod.Losses}", $"{pod.Facts.WorkerRestarts}",
        ];
        if (pod.Jobs.Count == 0) table.Add([.. facts, "–", "–", "–", "–"]);
        foreach (var (place, job) in pod.Jobs.Index())
        {
            table.Add(
            [
                .. place == 0 ? facts : new string[facts.Length].Select(_ => ""), Text(job.Name), $"{job.Attempt}",
                Age(job.HeldSeconds), $"{job.Done}/{job.Flashpoints}",
            ]);
        }
    }

    private static string State(PodView pod)
    {
        var state = pod.Online ? Printable.Word(pod.Facts.State) : "offline";
        return pod.Order == WorkCommand.Continue ? state : $"{state}, to {Printable.Word(pod.Order)}";
    }

    private static string Text(string text) => Printable.OneLine(text, Printable.CellLength);

    private static string Age(double? seconds) => seconds is { } known ? Printable.Time(TimeSpan.FromSeconds(known)) : "–";
}
