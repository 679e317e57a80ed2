using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary><c>fanout serve</c> in a process of its own, and a client of it.</summary>
internal sealed class Served : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>So that the service is not asked more often than it lets anybody ask: it would say so, be it to whoever asks
    /// next.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>A little more than <c>?wait=</c> may ask for.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(11);

    private Served(DotnetProcess process, HttpClient http, TimeSpan startedIn) => (Process, Http, StartedIn) = (process, http, startedIn);

    public DotnetProcess Process { get; }

    public HttpClient Http { get; }

    /// <summary>How long it took to listen: how busy the machine is.</summary>
    public TimeSpan StartedIn { get; }

    /// <summary>Starts it on a free port and waits until it listens.</summary>
    public static Task<Served> StartAsync(Workplace place, params (string Name, string Value)[] environment) =>
        StartAsync(place, new Uri("http://127.0.0.1:0"), onErrorLine: null, environment);

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<Served> StartAsync(
        Workplace place, Uri listen, Action<DotnetProcess, string>? onErrorLine, params (string Name, string Value)[] environment)
    {
        const string Beginning = "Dashboard and API: ";
        var listens = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var clock = Stopwatch.GetTimestamp();
        var process = FanOutProcess.Start(
            place.Path,
            ["serve", "--listen", listen.AbsoluteUri],
            onErrorLine,
            (_, line) =>
            {
                if (line.StartsWith(Beginning, StringComparison.Ordinal)) listens.TrySetResult(line[Beginning.Length..].Split(' ')[0]);
            },
            environment);
        try
        {
            if (await Task.WhenAny(listens.Task, process.Ended).WaitAsync(Patience) != listens.Task)
                throw new InvalidOperationException($"fanout serve ended at once:\n{process.Errors}\n{process.Output}");
        }
        catch
        {
            process.Dispose();
            throw;
        }

        var http = new HttpClient { BaseAddress = new Uri(await listens.Task), Timeout = LongestAnswer };
        return new Served(process, http, Stopwatch.GetElapsedTime(clock));
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var answer = await GetAsync(path);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks until the answer is as it should be.</summary>
    public async Task WhenAsync(string path, Func<JsonElement, bool> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!late.IsCancellationRequested)
        {
            if (isSo(await GetJsonAsync(path))) return;
            await Task.Delay(Interval, TimeProvider.System);
        }

        throw new TimeoutException($"{path} did not come to answer what it should within {Patience}.");
    }

    /// <summary>Posts a list of flashpoints.</summary>
    public async Task<HttpResponseMessage> PostRunAsync(
        string flashpoints, string runId, string query = "", string? traceParent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/runs" + query, UriKind.Relative));
        request.Content = new StringContent($$"""{"run_id":"{{runId}}","flashpoints":{{flashpoints}}}""", Encoding.UTF8);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (traceParent is not null) request.Headers.Add("traceparent", traceParent);
        return await Http.SendAsync(request);
    }

    public void Dispose()
    {
        Http.Dispose();
        Process.Dispose();
    }
}
