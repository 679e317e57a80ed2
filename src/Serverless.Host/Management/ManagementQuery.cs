using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Durable;
using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>The query parameters of the management API. The Functions extension passes over a value that it cannot read;
/// here it is refused, since passing over a filter purges too much.</summary>
internal sealed class ManagementQuery(HttpRequest request)
{
    private static readonly string StatusNames = string.Join(", ", Enum.GetNames<OrchestrationRuntimeStatus>());

    /// <summary>A text; null when there is none.</summary>
    public string? Text(string name) => QueryValues.Text(request, name) is { Length: > 0 } text ? text : null;

    public bool Flag(string name, bool otherwise) => Text(name) switch
    {
        null => otherwise,
        var text when bool.TryParse(text, out var flag) => flag,
        var text => throw QueryValues.Wrong(name, text, "true or false"),
    };

    public int PageSize() =>
        QueryValues.Whole(request, "top", 1, HostLimits.MaxPageSize) ?? OrchestrationQuery.DefaultPageSize;

    /// <summary>An instant. Without an offset it is UTC.</summary>
    public DateTimeOffset? Time(string name) => Text(name) switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        var text => throw QueryValues.Wrong(name, text, "an ISO 8601 time such as 2025-01-31T23:59:00Z"),
    };

    /// <summary>A comma list, or the parameter several times; empty when there is none.</summary>
    public IReadOnlyList<OrchestrationRuntimeStatus> Statuses() =>
    [
        .. request.Query["runtimeStatus"].SelectMany(value => (value ?? "").Split(','))
            .Select(name => name.Trim()).Where(name => name.Length > 0).Select(Status),
    ];

    /// <summary>How long to wait for the end; null when nobody wants to. Which looks to take on the way is the engine's to
    /// know, so <c>pollingInterval</c> is only checked.</summary>
    public TimeSpan? Timeout()
    {
        var timeout = Seconds("timeout");
        var interval = Seconds("pollingInterval");
        if (interval > timeout)
        {
            throw new ProblemException(
                Problem.InvalidRequest, $"pollingInterval is longer than timeout: {interval} and {timeout}.", "pollingInterval");
        }

        return timeout;
    }

    private TimeSpan? Seconds(string name) => Text(name) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= HostLimits.MaxWaitSeconds => TimeSpan.FromSeconds(seconds),
        var text => throw QueryValues.Wrong(name, text, $"seconds, more than 0 and at most {HostLimits.MaxWaitSeconds}"),
    };

    private static OrchestrationRuntimeStatus Status(string name) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status) && !char.IsAsciiDigit(name[^1])
            ? status
            : throw QueryValues.Wrong("runtimeStatus", name, StatusNames);
}
