using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Serverless.Host.Tests.Harness;

/// <summary>One connection to a stream of events, read as a client would.</summary>
internal sealed class EventConnection : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventConnection(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
    }

    public HttpResponseMessage Response => _response;

    public static async Task<EventConnection> OpenAsync(HttpClient http, string path)
    {
        var response = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)response.StatusCode}");
        return new EventConnection(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<(string Name, JsonElement Data, string? Id)?> NextAsync() =>
        await _events.MoveNextAsync().AsTask().WaitAsync(HostHarness.Patience)
            ? (_events.Current.EventType, JsonSerializer.Deserialize<JsonElement>(_events.Current.Data), _events.Current.EventId)
            : null;

    /// <summary>Reads on until an event is as wanted.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isWanted">What it must be besides.</param>
    /// <param name="pass">Told every event on the way.</param>
    public async Task<JsonElement> UntilAsync(
        string name, Func<JsonElement, bool>? isWanted = null, Action<string, JsonElement>? pass = null)
    {
        while (await NextAsync() is { } item)
        {
            pass?.Invoke(item.Name, item.Data);
            if (item.Name == name && isWanted?.Invoke(item.Data) != false) return item.Data;
        }

        throw new InvalidOperationException($"The stream ended before the event '{name}' that was waited for.");
    }

    /// <summary>Reads on to the end; fails when the stream was cut off.</summary>
    public async Task EndAsync()
    {
        while (await NextAsync() is not null)
        {
            // Whatever it still was.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // A read that is still under way ends with the response.
        }
    }
}
