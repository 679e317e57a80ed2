using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Serverless.Agent.Notices;

/// <summary>
/// Azure: Scheduled Events. A <c>Preempt</c> for this machine comes at least 30 seconds before it goes; acknowledged, it goes at once,
/// so that is said only when all is stored. The first call may take minutes, while Azure turns the service on.
/// </summary>
internal sealed class AzureNotices(MetadataServer server) : INoticeSource
{
    public static readonly Uri DefaultAddress = new("http://169.254.169.254/");

    private const string Events = "metadata/scheduledevents?api-version=2020-07-01";
    private const string Name = "metadata/instance/compute/name?api-version=2021-02-01&format=text";

    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan ShortestNotice = TimeSpan.FromSeconds(30);

    public string Provider => "azure";

    public async Task<bool> IsHereAsync(CancellationToken cancellationToken) =>
        await AskAsync(Name, cancellationToken) is { IsGood: true, Text.Length: > 0 };

    public async IAsyncEnumerable<SpotNotice> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? machine = null;
        var given = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            machine ??= await AskAsync(Name, cancellationToken) is { IsGood: true } name ? name.Text : null;
            var answer = await AskAsync(Events, cancellationToken, FirstPatience);
            foreach (var notice in answer is { IsGood: true } ? Read(answer.Text, machine) : [])
            {
                if (given.Add(notice.EventId!)) yield return notice;
            }

            await server.PauseAsync(cancellationToken);
        }
    }

    public async Task AcknowledgeAsync(SpotNotice notice, CancellationToken cancellationToken)
    {
        if (notice.EventId is null) return;
        using var request = server.Request(HttpMethod.Post, Events, "Metadata", "true");
        var id = JsonEncodedText.Encode(notice.EventId);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"StartRequests":[{"EventId":"{{id}}"}]}"""));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await server.SendAsync(request, cancellationToken);
    }

    private async Task<MetadataAnswer?> AskAsync(string path, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        using var request = server.Request(HttpMethod.Get, path, "Metadata", "true");
        return await server.SendAsync(request, cancellationToken, patience);
    }

    private List<SpotNotice> Read(string text, string? machine)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.GetProperty("Events").EnumerateArray()
                .Where(one => one.GetProperty("EventType").GetString() == "Preempt" && IsFor(one, machine))
                .Select(ToNotice)];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            server.Complain("its scheduled events cannot be read");
            return [];
        }
    }

    /// <summary>A set of machines hears of all its members' events.</summary>
    private static bool IsFor(JsonElement one, string? machine) =>
        machine is null
        || one.GetProperty("Resources").EnumerateArray()
            .Any(resource => string.Equals(resource.GetString(), machine, StringComparison.OrdinalIgnoreCase));

    /// <summary>Without a time it has begun; Azure's shortest notice is assumed then.</summary>
    private SpotNotice ToNotice(JsonElement one)
    {
        var hasTime = DateTimeOffset.TryParse(
            one.GetProperty("NotBefore").GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        var deadline = hasTime ? time.ToUniversalTime() : server.Now + ShortestNotice;
        return new SpotNotice(
            "azure-preempt", $"Azure: preempted not before {deadline.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)}Z", deadline)
        {
            EventId = one.GetProperty("EventId").GetString(),
        };
    }
}
