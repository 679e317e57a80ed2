using System.Net;
using System.Text.Json;
using Serverless.Cli.Head;
using Serverless.Cli.Rendering;
using Serverless.Core.Flashpoints;
using Serverless.Core.Settings;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Embedded;

/// <summary>Calls a host that runs elsewhere, as any client does.</summary>
internal static class HostCalls
{
    /// <summary>Starts a run whose jobs go to pods, and wait for one if there is none.</summary>
    /// <exception cref="CommandFailedException">The host cannot be reached, or refuses.</exception>
    public static async Task<Enqueued> EnqueueAsync(
        FanOutSettings settings, EnqueueRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var (status, body) = await PostAsync(settings, request.Host, "/api/runs?queue=true", new RunBody(request), cancellationToken);
            return new Enqueued(Member(body, "id") ?? "", status == HttpStatusCode.Accepted);
        }
        catch (HttpRequestException e) when (e.InnerException is FlashpointFormatException bad)
        {
            throw CommandFailedException.Usage($"{request.SourceName}: {bad.Message}", inner: bad);
        }
        catch (HttpRequestException e)
        {
            throw NoHost(request.Host, e);
        }
    }

    /// <summary>Orders something of a pod.</summary>
    /// <exception cref="CommandFailedException">The host cannot be reached, or refuses.</exception>
    public static async Task<PodView> OrderPodAsync(FanOutSettings settings, PodOrder order, CancellationToken cancellationToken)
    {
        var word = order.Command == WorkCommand.Continue ? "resume" : Printable.Word(order.Command);
        var pod = string.Join('/', order.Pod.Split('/').Select(Uri.EscapeDataString));
        try
        {
            var (_, body) = await PostAsync(settings, order.Host, $"/api/pods/{pod}/{word}", content: null, cancellationToken);
            return JsonSerializer.Deserialize(body, WorkJson.Default.PodView)!;
        }
        catch (HttpRequestException e)
        {
            throw NoHost(order.Host, e);
        }
        catch (JsonException e)
        {
            throw CommandFailedException.Failed($"what answers at {order.Host.AbsoluteUri.TrimEnd('/')} is no host: {e.Message}", inner: e);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(
        FanOutSettings settings, Uri host, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = host };
        using var call = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (FirstKey(settings.ApiKey) is { } key) call.Headers.TryAddWithoutValidation("x-functions-key", key);
        using var answer = await http.SendAsync(call, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? (answer.StatusCode, body) : throw Refused(answer.StatusCode, body);
    }

    private static CommandFailedException NoHost(Uri host, HttpRequestException reason) => CommandFailedException.Failed(
        $"no host answers at {host.AbsoluteUri.TrimEnd('/')}: {reason.Message}", "Start one: fanout serve", reason);

    private static CommandFailedException Refused(HttpStatusCode status, string body)
    {
        var reason = Member(body, "detail") ?? $"the host answered {(int)status}";
        return (int)status < 500
            ? CommandFailedException.Usage($"the host refuses: {reason}")
            : CommandFailedException.Failed($"the host cannot take it now: {reason}");
    }

    private static string? Member(string body, string name)
    {
        try
        {
            var json = JsonElement.Parse(body);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (JsonException)
        {
            // Whoever answers there is no host of ours; the status has to do.
            return null;
        }
    }

    /// <summary>The first of <c>API_KEY</c> that may write.</summary>
    private static string? FirstKey(Secret? setting)
    {
        if (setting is null) return null;
        var part = setting.Reveal().Split(',').FirstOrDefault(key => !key.Contains(":read=", StringComparison.Ordinal));
        if (part is null) return null;
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return at < 0 || part.AsSpan(at).TrimStart('=').IsEmpty ? part : part[(at + 1)..];
    }

    /// <summary>The body of a start, written while the list is read.</summary>
    private sealed class RunBody : HttpContent
    {
        private readonly EnqueueRequest _request;

        public RunBody(EnqueueRequest request)
        {
            _request = request;
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Head());
            var isFirst = true;
            await foreach (var flashpoint in FlashpointReader.ReadAsync(_request.Flashpoints, CancellationToken.None))
            {
                if (!isFirst) await stream.WriteAsync(","u8.ToArray());
                await stream.WriteAsync(flashpoint.Json);
                isFirst = false;
            }

            await stream.WriteAsync("]}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private byte[] Head()
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            {
                json.WriteStartObject();
                if (_request.WorkId is { } id) json.WriteString("run_id"u8, id);
                json.WriteString("trigger"u8, "enqueue"u8);
                json.WriteStartObject("options"u8);
                json.WriteString("backend"u8, "pods"u8);
                if (_request.Force) json.WriteBoolean("force"u8, true);
                json.WriteEndObject();
                json.WriteStartArray("flashpoints"u8);
            }

            return buffer.WrittenSpan.ToArray();
        }
    }
}
