using Microsoft.OpenApi;
using Serverless.Host.Http;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Host.OpenApi;

/// <summary>The calls of agents in pods, and the look at their queue.</summary>
internal static class WorkCalls
{
    private const string Pods = "Pods";

    private static readonly ApiParameter Version = new(
        ProtocolVersion.Header,
        "The protocol's version. Every answer says which the host speaks.",
        ApiSchemas.Text,
        ParameterLocation.Header);

    public static IReadOnlyList<ApiCall> All { get; } =
    [
        new("GET /api/queue", Pods, "Look at the queue, its pods, and what befell them")
        {
            Answers = [new(200, "The queue.", typeof(QueueView))],
            Problems = [Problem.NotSupported],
        },
        Order("drain", "Have a pod finish what it holds, and take nothing more") with
        {
            Details = $"Its agent ends then. {Standing}",
        },
        Order("stop", "Have a pod give back what it holds, and take nothing more") with
        {
            Details = $"Its agent ends at once. {Standing}",
        },
        Order("resume", "Take such an order back") with
        {
            Details = "An agent that was told already ends all the same; the next one under its name gets work again.",
        },
        Call("lease", "Ask for jobs", typeof(LeaseReply), [Problem.SessionReplaced]) with
        {
            Details = "Waits for work as long as the call allows. A repeated call gets what it was lent before.",
        },
        Call("heartbeat", "Say that the pod lives, and how its jobs go", typeof(HeartbeatReply), [Problem.SessionReplaced]),
        Call("results", "Hand over results of single flashpoints", typeof(ResultsReply), [Problem.StaleToken, Problem.SessionReplaced]),
        Call("complete", "End a job that is done", typeof(EndReply), [Problem.StaleToken, Problem.SessionReplaced]),
        Call("fail", "End a job that did not work out", typeof(EndReply), [Problem.StaleToken, Problem.SessionReplaced]),
        Call("release", "Give a job back undone", typeof(EndReply), [Problem.StaleToken, Problem.SessionReplaced]),
    ];

    private const string Standing = "It is told with the next heartbeat, also to a later agent of the same name, until it is taken back.";

    private static ApiCall Order(string word, string summary) => new($"POST /api/pods/{{key}}/{{pod}}/{word}", Pods, summary)
    {
        Answers = [new(200, "How the pod stands.", typeof(PodView))],
        Problems = [Problem.NotFound, Problem.NotSupported],
    };

    private static ApiCall Call(string name, string summary, Type answer, IReadOnlyList<Problem> problems) =>
        new($"POST /api/work/{name}", Pods, summary)
        {
            Details = "For agents, with one of POD_KEYS. May be repeated: the answer is the same.",
            Parameters = [Version],
            Body = new("What src/Serverless.Protocol says."),
            Answers = [new(200, "It was taken.", answer)],
            Problems =
            [
                Problem.InvalidJson, Problem.InvalidRequest, Problem.UnsupportedProtocol, Problem.TooLarge, Problem.NotSupported,
                .. problems,
            ],
        };
}
