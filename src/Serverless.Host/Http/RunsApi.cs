using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Host.Management;
using Serverless.Host.Runs;

namespace Serverless.Host.Http;

/// <summary>Looks at runs and steers them.</summary>
internal static class RunsApi
{
    private const int DefaultPageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/api/runs");
        runs.MapGet("/", ListAsync);
        runs.MapGet("/{id}", FindAsync);
        runs.MapDelete("/{id}", PurgeAsync);
        runs.MapPost("/{id}/cancel", CancelAsync);
        runs.MapPost("/{id}/retry", RetryAsync);
    }

    /// <summary>The run of an id in a path.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public static async Task<RunSnapshot> GetAsync(string id, HostParts parts, CancellationToken cancellationToken) =>
        (RunId.TryParse(id, out _, out _) ? await parts.Queries.FindAsync(id, cancellationToken) : null) ?? throw NoRun(id);

    public static ProblemException NoRun(string id) => new(Problem.NotFound, $"There is no run {Shown.Text(id)}.", "id");

    private static async Task<IResult> ListAsync(HttpRequest request, HostParts parts, CancellationToken cancellationToken)
    {
        var query = new RunQuery
        {
            States = States(request),
            Date = Date(request),
            Text = QueryValues.Text(request, "q"),
            Limit = QueryValues.Whole(request, "limit", 1, HostLimits.MaxPageSize) ?? DefaultPageSize,
            After = After(request),
        };
        try
        {
            return TypedResults.Json(await parts.Queries.ListAsync(query, cancellationToken), RunJson.Default.RunPage);
        }
        catch (ArgumentException) when (query.After is not null)
        {
            // What a token looks like is the engine's affair.
            throw WrongAfter(query.After);
        }
    }

    private static async Task<IResult> FindAsync(string id, HostParts parts, CancellationToken cancellationToken)
    {
        await GetAsync(id, parts, cancellationToken);
        return await parts.Queries.FindDetailAsync(id, cancellationToken) is { } run
            ? TypedResults.Json(run, RunJson.Default.RunDetail)
            : throw NoRun(id);
    }

    /// <summary>Its jobs are cancelled too, whatever happens to this process in the meantime.</summary>
    private static async Task<IResult> CancelAsync(string id, HostParts parts, CancellationToken cancellationToken)
    {
        var run = await GetAsync(id, parts, cancellationToken);
        if (run.EndedAt is null && await parts.Control.RequestCancelAsync(id, cancellationToken)) return new CheckStatusResult(id);
        throw new ProblemException(Problem.Conflict, $"The run '{id}' has ended: it is {run.State}.");
    }

    private static async Task<IResult> RetryAsync(
        string id, HttpRequest request, HostParts parts, RunStarter starter, LiveRunGate gate, CancellationToken cancellationToken)
    {
        await GetAsync(id, parts, cancellationToken);
        await gate.PassAsync(cancellationToken);
        await starter.RetryAsync(id, QueryValues.Flag(request, "queue"), cancellationToken);
        return new CheckStatusResult(id);
    }

    private static async Task<IResult> PurgeAsync(string id, HostParts parts, RunStarter starter, CancellationToken cancellationToken)
    {
        await GetAsync(id, parts, cancellationToken);
        await starter.PurgeAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static List<RunState> States(HttpRequest request)
    {
        var states = new List<RunState>();
        foreach (var word in (QueryValues.Text(request, "status") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // Enum.Parse alone would take numbers too.
            if (!word.All(char.IsAsciiLetter) || !Enum.TryParse<RunState>(word, ignoreCase: true, out var state))
            {
                var known = string.Join(", ", Enum.GetNames<RunState>()).ToLowerInvariant();
                throw QueryValues.Wrong("status", word, $"one or more of {known}, with commas between them");
            }

            states.Add(state);
        }

        return states;
    }

    private static string? Date(HttpRequest request)
    {
        if (QueryValues.Text(request, "date") is not { Length: > 0 } text) return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text
            : throw QueryValues.Wrong("date", text, "a date as yyyy-MM-dd");
    }

    private static string? After(HttpRequest request)
    {
        if (QueryValues.Text(request, "after") is not { Length: > 0 } text) return null;
        return text.Length <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=')
            ? text
            : throw WrongAfter(text);
    }

    private static ProblemException WrongAfter(string text) =>
        QueryValues.Wrong("after", text, "what \"after\" was on the page before");
}
