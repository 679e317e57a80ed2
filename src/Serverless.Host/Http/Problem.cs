using Microsoft.AspNetCore.Http;

namespace Serverless.Host.Http;

/// <summary>One kind of refusal: its type is what programs look at, its words are for people. docs/http-api.md lists them
/// all.</summary>
/// <param name="Type">The last part of the type URI.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The same for every occurrence.</param>
public sealed record Problem(string Type, int Status, string Title)
{
    private const string TypePrefix = "urn:fanout:problem:";

    /// <summary>The body, or a part of the request, is not what it should be.</summary>
    public static Problem InvalidRequest { get; } = new("invalid-request", 400, "The request is not what it should be");

    /// <summary>The body is not JSON.</summary>
    public static Problem InvalidJson { get; } = new("invalid-json", 400, "The body is not JSON");

    /// <summary>The list of flashpoints breaks a rule.</summary>
    public static Problem InvalidFlashpoints { get; } = new("invalid-flashpoints", 422, "The flashpoints are not what they should be");

    /// <summary>No key, or a wrong one.</summary>
    public static Problem Unauthorized { get; } = new("unauthorized", 401, "A key is needed");

    /// <summary>The key may not do that.</summary>
    public static Problem Forbidden { get; } = new("forbidden", 403, "The key may not do that");

    /// <summary>There is no such thing.</summary>
    public static Problem NotFound { get; } = new("not-found", 404, "There is no such thing");

    /// <summary>The path is there, for other methods.</summary>
    public static Problem MethodNotAllowed { get; } = new("method-not-allowed", 405, "The method is not for that path");

    /// <summary>What is asked does not go together with what is there.</summary>
    public static Problem Conflict { get; } = new("conflict", 409, "That does not go together with what is there");

    /// <summary>The run has no results yet.</summary>
    public static Problem NotEnded { get; } = new("not-ended", 409, "The run has not ended");

    /// <summary>What a pod says of a job is not heard any more: the job has another holder, or has ended.</summary>
    public static Problem StaleToken { get; } = new("stale-token", 409, "The lease is over");

    /// <summary>A later start of the agent speaks for the pod.</summary>
    public static Problem SessionReplaced { get; } = new("session-replaced", 409, "A later start of the agent speaks for the pod");

    /// <summary>The agent speaks a version that the host does not.</summary>
    public static Problem UnsupportedProtocol { get; } = new("unsupported-protocol", 400, "Host and agent speak different versions");

    /// <summary>The instance has ended, and cannot be told anything any more.</summary>
    public static Problem InstanceEnded { get; } = new("instance-ended", 410, "The instance has ended");

    /// <summary>The instance is not in the state that the call is for.</summary>
    public static Problem WrongState { get; } = new("wrong-state", 412, "The instance is in another state than that is for");

    /// <summary>The body is larger than is taken.</summary>
    public static Problem TooLarge { get; } = new("body-too-large", 413, "The body is too large");

    /// <summary>The body is of a kind that is not read.</summary>
    public static Problem UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "The body is of a kind that is not read");

    /// <summary>The range lies outside the results.</summary>
    public static Problem RangeNotSatisfiable { get; } = new("range-not-satisfiable", 416, "The range lies outside the results");

    /// <summary>Too many requests.</summary>
    public static Problem TooManyRequests { get; } = new("too-many-requests", 429, "Too many requests");

    /// <summary>Too many runs at once.</summary>
    public static Problem TooManyRuns { get; } = new("too-many-runs", 429, "Too many runs are going on") { RetryAfterSeconds = 30 };

    /// <summary>Too many open event streams.</summary>
    public static Problem TooManyStreams { get; } = new("too-many-streams", 429, "Too many event streams are open");

    /// <summary>The run that was waited for has failed.</summary>
    public static Problem RunFailed { get; } = new("run-failed", 500, "The run has failed");

    /// <summary>A call of Durable Task's that has no meaning here.</summary>
    public static Problem NotSupported { get; } = new("not-supported", 501, "That does not exist here");

    /// <summary>Nobody expected it; the log says more.</summary>
    public static Problem InternalError { get; } = new("internal-error", 500, "Something went wrong here");

    /// <summary>A source of flashpoints could not be read.</summary>
    public static Problem SourceUnavailable { get; } = new("source-unavailable", 502, "The source of flashpoints cannot be read");

    /// <summary>There is no pod to take the jobs.</summary>
    public static Problem WorkerOffline { get; } = new("worker-offline", 503, "No pod is there") { RetryAfterSeconds = 30 };

    /// <summary>Nothing can be run or stored now.</summary>
    public static Problem Unavailable { get; } = new("unavailable", 503, "Nothing can be run now") { RetryAfterSeconds = 30 };

    /// <summary>When it is worth trying again, in seconds: sent as Retry-After. Null when trying again changes nothing.
    /// </summary>
    public int? RetryAfterSeconds { get; private init; }

    /// <summary>The answer.</summary>
    /// <param name="detail">What is wrong this time: names the field, the value and what is allowed.</param>
    /// <param name="field">The field or parameter that is at fault.</param>
    /// <param name="more">Further members.</param>
    public IResult With(string detail, string? field = null, IReadOnlyDictionary<string, object?>? more = null) => TypedResults.Problem(
        detail,
        statusCode: Status,
        title: Title,
        type: TypePrefix + Type,
        extensions: field is null ? more : [new KeyValuePair<string, object?>("field", field), .. more ?? Nothing]);

    private static readonly Dictionary<string, object?> Nothing = [];
}

/// <summary>Ends a request with a problem.</summary>
public sealed class ProblemException(Problem problem, string detail, string? field = null, Exception? inner = null)
    : Exception(detail, inner)
{
    /// <summary>The kind.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>The field at fault.</summary>
    public string? Field { get; } = field;

    /// <summary>Further members of the answer.</summary>
    public IReadOnlyDictionary<string, object?>? More { get; init; }

    /// <summary>The answer.</summary>
    public IResult ToResult() => Problem.With(Message, Field, More);
}
