using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Pods.Queueing;

/// <summary>Orders of people to pods.</summary>
internal static class OrderRule
{
    /// <returns>False when there is no such pod.</returns>
    public static bool Apply(QueueBook book, string pod, WorkCommand order)
    {
        var known = PodRules.Find(book, pod);
        if (known.Session is null) return false;
        if (known.Order == order) return true;
        book.Pods.Order.Execute(pod, (int)order);
        book.Note(pod, PodEventKind.Ordered, job: null, InWords(known.Order, order));
        if (order != WorkCommand.Continue) book.CountClosing();
        return true;
    }

    private static string InWords(WorkCommand before, WorkCommand order) => order switch
    {
        WorkCommand.Drain => "to drain",
        WorkCommand.Stop => "to stop",
        _ => $"to {(before == WorkCommand.Drain ? "drain" : "stop")} no more",
    };
}
