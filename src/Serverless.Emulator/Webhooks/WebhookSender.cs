using System.Net.Http.Headers;
using Serverless.Emulator.Timing;

namespace Serverless.Emulator.Webhooks;

/// <summary>Tells callers about the end of their jobs, three times at most until one answers 2xx.</summary>
internal sealed class WebhookSender : IDisposable
{
    // Bounds the sockets when thousands of jobs end at once; the others wait for a connection.
    private const int MaxConnections = 32;

    // How long the cloud waits is not known.
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(10);

    // Tries were seen at +0, +5 and +20 seconds.
    private static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)];

    private readonly TimeProvider _time;
    private readonly EmulatorStatistics _statistics;
    private readonly BackgroundWork _background;
    private readonly ILogger _logger;
    private readonly HttpClient _http;

    public WebhookSender(
        TimeProvider time, EmulatorStatistics statistics, BackgroundWork background, ILogger logger)
    {
        (_time, _statistics, _background, _logger) = (time, statistics, background, logger);
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = MaxConnections, UseProxy = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Go-http-client/2.0");
    }

    /// <summary>Delivers, each time until it is taken or the tries are spent.</summary>
    public async Task DeliverAsync(WebhookDelivery delivery)
    {
        var body = delivery.ToBody();
        await Task.Delay(delivery.Delay, _time, _background.Stopping);
        for (var i = 0; i < delivery.Times; i++) await DeliverOnceAsync(delivery, body);
    }

    public void Dispose() => _http.Dispose();

    private async Task DeliverOnceAsync(WebhookDelivery delivery, ReadOnlyMemory<byte> body)
    {
        for (var i = 0; i < Pauses.Length; i++)
        {
            await Task.Delay(Pauses[i], _time, _background.Stopping);
            _statistics.WebhookTried();
            if (await TryPostAsync(delivery.Url, body))
            {
                _statistics.WebhookTaken();
                _logger.WebhookTaken(delivery.Job.Id);
                return;
            }

            _logger.WebhookRefused(delivery.Job.Id, i + 1);
        }

        _logger.WebhookGivenUp(delivery.Job.Id, Pauses.Length);
    }

    private async Task<bool> TryPostAsync(Uri url, ReadOnlyMemory<byte> body)
    {
        using var timeout = new CancellationTokenSource(TryTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _background.Stopping);
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await _http.PostAsync(url, content, either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!_background.Stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
