using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary>The emulator as a program of its own: <c>fanout emulator</c>.</summary>
internal sealed partial class EmulatorProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly DotnetProcess _process;
    private readonly HttpClient _http = new();
    private readonly Uri _endpoint;

    private EmulatorProcess(DotnetProcess process, Uri endpoint) => (_process, _endpoint) = (process, endpoint);

    /// <summary>What <c>runpod-sdk</c> calls the base URL.</summary>
    public string BaseUrl => new Uri(_endpoint, ".").AbsoluteUri.TrimEnd('/');

    public string EndpointId => _endpoint.Segments[^1];

    public static async Task<EmulatorProcess> StartAsync(string folder, params string[] options)
    {
        var endpoint = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new DotnetStart(
            Path.Combine(AppContext.BaseDirectory, "fanout.dll"), ["emulator", "--port", "0", .. options])
        {
            Folder = folder,
            OnOutputLine = (_, line) =>
            {
                if (EndpointText().Match(line) is { Success: true } match) endpoint.TrySetResult(new Uri(match.Groups[1].Value));
            },
        };
        var process = DotnetProcess.Start(start);
        try
        {
            return new EmulatorProcess(process, await endpoint.Task.WaitAsync(Patience));
        }
        catch (TimeoutException)
        {
            process.Dispose();
            throw new TimeoutException($"The emulator did not say its address within {Patience}: {process.Errors}");
        }
    }

    /// <summary>What the emulator counts.</summary>
    public async Task<JsonElement> StatisticsAsync() =>
        JsonElement.Parse(await _http.GetStringAsync(new Uri(_endpoint, "/emulator/statistics")));

    public void Dispose()
    {
        _process.Dispose();
        _http.Dispose();
    }

    [GeneratedRegex(@"RUNPOD_ENDPOINT=(\S+)")]
    private static partial Regex EndpointText();
}
