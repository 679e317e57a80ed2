using Microsoft.OpenApi;
using Serverless.Host.Http;
using Serverless.Host.Management;
using static Serverless.Host.OpenApi.ApiSchemas;

namespace Serverless.Host.OpenApi;

/// <summary>Durable Task's management calls.</summary>
internal static class DurableCalls
{
    private const string Tag = "Durable Task";
    private const string InstancePath = ManagementApi.Prefix + "/instances/{instanceId}";

    private static readonly ApiParameter ShowInput = new("showInput", "Whether inputs are shown. Default: true.", Flag);
    private static readonly ApiParameter Reason = new("reason", "Why; it is kept in the history.", Text);
    private static readonly ApiParameter Statuses = new("runtimeStatus", "Only these, with commas between them.", Text);
    private static readonly ApiParameter From = new("createdTimeFrom", "Only those created since.", Instant);
    private static readonly ApiParameter To = new("createdTimeTo", "Only those created until.", Instant);

    private static readonly ApiParameter[] Waits =
    [
        new("timeout", "Seconds to wait for the end; then the answer is the output.", WholeFrom(1, HostLimits.MaxWaitSeconds)),
        new("pollingInterval", "Is only checked: the end is seen at once.", WholeFrom(1, HostLimits.MaxWaitSeconds)),
    ];

    public static IReadOnlyList<ApiCall> All { get; } =
    [
        new($"GET {ManagementApi.Prefix}/instances", Tag, "List instances")
        {
            Parameters =
            [
                ShowInput, Statuses, From, To,
                new("instanceIdPrefix", "Only those whose id begins so.", Text),
                new("top", "Instances on the page.", WholeFrom(1, HostLimits.MaxPageSize)),
                new("x-ms-continuation-token", "From the page before.", Text, ParameterLocation.Header),
            ],
            Answers = [new(200, "A page; x-ms-continuation-token says where the next one begins.", Schema: ApiSchemas.Instances)],
            Problems = [Problem.InvalidRequest],
        },
        new($"DELETE {ManagementApi.Prefix}/instances", Tag, "Purge ended instances")
        {
            Parameters = [From, To, Statuses],
            Answers = [new(200, "So many were purged.", Schema: ApiSchemas.Purged)],
            Problems = [Problem.InvalidRequest, Problem.NotFound],
        },
        new($"GET {InstancePath}", Tag, "Look at an instance")
        {
            Parameters =
            [
                ShowInput,
                new("showHistory", "Whether its history is shown. Default: false.", Flag),
                new("showHistoryOutput", "Whether the history has outputs. Default: false.", Flag),
                new("returnInternalServerErrorOnFailure", "Whether a failed one is answered with 500. Default: false.", Flag),
            ],
            Answers =
            [
                new(200, "It has ended.", Schema: ApiSchemas.Instance),
                new(202, "It goes on; come again.", Schema: ApiSchemas.Instance),
            ],
            Problems = [Problem.InvalidRequest, Problem.NotFound],
        },
        new($"DELETE {InstancePath}", Tag, "Purge an ended instance")
        {
            Answers = [new(200, "It was purged with all that it started.", Schema: ApiSchemas.Purged)],
            Problems = [Problem.NotFound, Problem.WrongState],
        },
        new($"POST {InstancePath}/raiseEvent/{{eventName}}", Tag, "Raise an event on an instance")
        {
            Body = new("The event's payload."),
            Answers = [new(202, "It was raised.")],
            Problems = [Problem.InvalidRequest, Problem.InvalidJson, Problem.NotFound, Problem.Conflict, Problem.InstanceEnded],
        },
        Steering("terminate", "End an instance", Problem.InstanceEnded),
        Steering("suspend", "Set an instance aside", Problem.InstanceEnded),
        Steering("resume", "Let an instance go on", Problem.InstanceEnded),
        Steering("rewind", "Give a failed instance another chance", Problem.WrongState, Problem.Conflict),
        new($"POST {InstancePath}/restart", Tag, "Run an instance once more from the start")
        {
            Parameters = [new("restartWithNewInstanceId", "Whether it gets a new id. Default: true.", Flag), .. Waits],
            Answers = [new(202, "It was started.", Schema: ApiSchemas.CheckStatus), new(200, "Its output, when it has ended in time.")],
            Problems = [Problem.InvalidRequest, Problem.Conflict, Problem.TooManyRuns],
        },
        new($"POST {ManagementApi.Prefix}/orchestrators/{{functionName}}/{{instanceId}}", Tag, "Start an instance")
        {
            Details = "Runs are started with POST /api/runs. The id may be left out.",
            Parameters = Waits,
            Body = new("Its input.", IsRequired: false),
            Answers = [new(202, "It was started.", Schema: ApiSchemas.CheckStatus), new(200, "Its output, when it has ended in time.")],
            Problems = [Problem.InvalidRequest, Problem.InvalidJson, Problem.Conflict, Problem.TooManyRuns],
        },
    ];

    private static ApiCall Steering(string verb, string summary, params Problem[] problems) =>
        new($"POST {InstancePath}/{verb}", Tag, summary)
        {
            Parameters = [Reason],
            Answers = [new(202, "It will.")],
            Problems = [Problem.NotFound, .. problems],
        };
}
