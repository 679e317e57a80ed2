using System.Text;

namespace Serverless.Host.Tests.Harness;

/// <summary>Calls the host as a client does.</summary>
internal static class Calls
{
    /// <summary>Three flashpoints in chunks of one, under an id.</summary>
    public static string RunBody(string id, int count = 3, string more = "") =>
        $$"""{"run_id":"{{id}}","options":{"chunk_size":1}{{more}},"flashpoints":{{List(count)}}}""";

    /// <summary>A list of fp-0, fp-1 and so on.</summary>
    public static string List(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"id":"fp-{{i}}"}"""))}]";

    public static Task<Answer> GetAsync(this HostHarness host, string path, params (string Name, string Value)[] headers) =>
        host.SendAsync(HttpMethod.Get, path, null, headers);

    public static Task<Answer> DeleteAsync(this HostHarness host, string path, params (string Name, string Value)[] headers) =>
        host.SendAsync(HttpMethod.Delete, path, null, headers);

    /// <summary>Posts JSON; null sends no body.</summary>
    public static Task<Answer> PostAsync(
        this HostHarness host, string path, string? json = null, params (string Name, string Value)[] headers) =>
        host.SendAsync(HttpMethod.Post, path, json is null ? null : JsonContent(json), headers);

    /// <summary>Starts a run over the HTTP API.</summary>
    public static async Task StartAsync(
        this HostHarness host, string id, int count = 1, string date = "2025-01-01", string trigger = "test", string more = "") =>
        (await host.PostAsync("/api/runs", RunBody(id, count, $$""","date":"{{date}}","trigger":"{{trigger}}"{{more}}""")))
            .With(System.Net.HttpStatusCode.Accepted);

    /// <summary>Sends a path as it is written, dots and escapes included.</summary>
    public static async Task<Answer> SendAsync(
        this HostHarness host, HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        var exactly = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(method, new Uri(host.Address.GetLeftPart(UriPartial.Authority) + path, exactly));
        request.Content = body;
        foreach (var (name, value) in headers)
        {
            if (request.Headers.TryAddWithoutValidation(name, value)) continue;
            request.Content!.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue($"{name} cannot be sent");
        }

        using var answer = await host.Http.SendAsync(request).WaitAsync(HostHarness.Patience);
        var all = answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(answer.StatusCode, all, await answer.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Looks at something again and again until it is as wanted.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(HostHarness.Patience);
        while (true)
        {
            var seen = await look();
            if (isWanted(seen)) return seen;
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"Not within {HostHarness.Patience}; the last look showed {seen}");
            await Task.Yield();
        }
    }

    private static StringContent JsonContent(string json)
    {
        var content = new StringContent(json, Encoding.UTF8);
        content.Headers.ContentType = new("application/json");
        return content;
    }
}
