using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.TestKit.Wire;

/// <summary>Calls a head and writes down what it answers.</summary>
internal sealed class WireClient(WireTarget target)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly WireMask _mask = new(target.Http.BaseAddress!);
    private readonly List<WireExchange> _exchanges = [];

    public IReadOnlyList<WireExchange> Exchanges => _exchanges;

    /// <summary>Calls and records.</summary>
    /// <param name="call">Method and path.</param>
    /// <param name="body">The body, as JSON unless <paramref name="headers"/> say otherwise; null sends none.</param>
    /// <param name="headers">Further headers, as they are written.</param>
    /// <param name="shown">What is recorded in place of the path.</param>
    public async Task CallAsync(string call, string? body = null, string[]? headers = null, string? shown = null)
    {
        using var answer = await SendAsync(call, body, headers ?? []);
        var text = await answer.Content.ReadAsStringAsync().WaitAsync(Patience);
        var heading = string.Join(" | ", new[] { shown ?? call }.Concat(headers ?? []));
        _exchanges.Add(new WireExchange(heading, (int)answer.StatusCode, _mask.Headers(answer), _mask.Body(text, answer)));
    }

    /// <summary>Looks again and again, unrecorded, until an answer is as wanted.</summary>
    public async Task UntilAsync(string path, Func<JsonNode, bool> isWanted)
    {
        var started = Stopwatch.GetTimestamp();
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            using var answer = await SendAsync($"GET {path}", null, []);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode && isWanted(JsonNode.Parse(text)!)) return;
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException($"{path} is not as wanted: {text}");
            await again.WaitForNextTickAsync();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string call, string? body, string[] headers)
    {
        var (method, path) = call.Split(' ', 2) is [var first, var second] ? (first, second) : throw new ArgumentException(call);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var header in headers)
        {
            var (name, value) = header.Split(": ", 2) is [var left, var right] ? (left, right) : throw new ArgumentException(header);
            if (request.Headers.TryAddWithoutValidation(name, value)) continue;
            request.Content!.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return await target.Http.SendAsync(request).WaitAsync(Patience);
    }
}
