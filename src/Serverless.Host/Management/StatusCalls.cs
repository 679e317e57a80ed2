using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Durable;
using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>Looks at instances.</summary>
internal static class StatusCalls
{
    private const string ContinuationToken = "x-ms-continuation-token";

    /// <summary>As the Functions extension asks for; other clients would come back at once.</summary>
    private const int RetryAfterSeconds = 5;

    public static async Task<IResult> FindAsync(
        string instanceId, HttpContext context, HostParts parts, CancellationToken cancellationToken)
    {
        var wish = new ManagementQuery(context.Request);
        var showInput = wish.Flag("showInput", otherwise: true);
        var showHistory = wish.Flag("showHistory", otherwise: false);
        var showOutput = wish.Flag("showHistoryOutput", otherwise: false);
        var failureIsError = wish.Flag("returnInternalServerErrorOnFailure", otherwise: false);
        var found = await Instances.FindAsync(parts, instanceId, withPayloads: true, cancellationToken);
        var history = showHistory ? await HistoryAsync(parts, instanceId, cancellationToken) : null;
        if (!found.RuntimeStatus.IsEnded()) AskToComeBack(context, parts);
        return new JsonResult(
            CodeOf(found.RuntimeStatus, failureIsError),
            json => StatusJson.Write(
                json, found, showInput, history is null ? null : new HistoryJson(history, showInput, showOutput).Write));
    }

    public static async Task<IResult> ListAsync(HttpContext context, HostParts parts, CancellationToken cancellationToken)
    {
        var wish = new ManagementQuery(context.Request);
        var showInput = wish.Flag("showInput", otherwise: true);
        var query = new OrchestrationQuery
        {
            InstanceIdPrefix = wish.Text("instanceIdPrefix"),
            CreatedFrom = wish.Time("createdTimeFrom"),
            CreatedTo = wish.Time("createdTimeTo"),
            Statuses = wish.Statuses(),
            PageSize = wish.PageSize(),
            FetchInputsAndOutputs = true,
            ContinuationToken = context.Request.Headers[ContinuationToken].ToString() is { Length: > 0 } token ? token : null,
        };
        var page = await ReadAsync(parts, query, cancellationToken);
        if (page.ContinuationToken is { } next) context.Response.Headers[ContinuationToken] = next;
        return new JsonResult(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var instance in page.Values) StatusJson.Write(json, instance, showInput);
            json.WriteEndArray();
        });
    }

    public static int CodeOf(OrchestrationRuntimeStatus status, bool failureIsError) => status switch
    {
        OrchestrationRuntimeStatus.Failed when failureIsError => StatusCodes.Status500InternalServerError,
        _ when status.IsEnded() => StatusCodes.Status200OK,
        _ => StatusCodes.Status202Accepted,
    };

    /// <summary>One that was purged since it was found.</summary>
    private static async Task<IReadOnlyList<OrchestrationHistoryEvent>> HistoryAsync(
        HostParts parts, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            return await parts.Client.GetOrchestrationHistoryAsync(instanceId, cancellationToken);
        }
        catch (InstanceNotFoundException)
        {
            throw Instances.Unknown(instanceId);
        }
    }

    private static async Task<OrchestrationPage> ReadAsync(
        HostParts parts, OrchestrationQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await parts.Client.ListInstancesAsync(query, cancellationToken);
        }
        catch (ArgumentException e) when (query.ContinuationToken is not null)
        {
            throw new ProblemException(
                Problem.InvalidRequest,
                $"{ContinuationToken} is none that a page before has given; leave it out to begin with the first page.",
                ContinuationToken,
                e);
        }
    }

    /// <summary>The same address again, but for the key: an answer never carries one.</summary>
    private static void AskToComeBack(HttpContext context, HostParts parts)
    {
        var request = context.Request;
        var query = QueryString.Create(request.Query.Where(
            parameter => !parameter.Key.Equals("code", StringComparison.OrdinalIgnoreCase)));
        context.Response.Headers.Location =
            BaseUrl.Of(request, parts.Settings.PublicUrl) + request.Path.ToUriComponent() + query.ToUriComponent();
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
    }
}
