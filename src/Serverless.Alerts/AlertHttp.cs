using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Serverless.Core.Alerts;

namespace Serverless.Alerts;

/// <summary>What all channels share: one POST, and what its answer means. Addresses hold secrets, so nothing here is said that
/// an address, or a stranger's page about it, is part of.</summary>
internal sealed class AlertHttp(HttpClient client, TimeProvider time)
{
    /// <summary>How long a receiver has to answer. Short: nobody may be kept waiting by a chat.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Bytes of an answer that are read: receivers say little.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    /// <summary>Redirects are not followed: they would show a secret address's content to others.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("fanout", null) } },
    };

    /// <summary>Posts, and classifies the answer.</summary>
    /// <param name="request">The POST; it is disposed.</param>
    /// <param name="knowsRepeats">Whether what may have arrived can be sent again.</param>
    /// <param name="read">Makes the channel's own sense of status and body: null leaves it to the status.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AlertAnswer> PostAsync(
        HttpRequestMessage request,
        bool knowsRepeats,
        Func<HttpStatusCode, string, AlertAnswer?> read,
        CancellationToken cancellationToken)
    {
        using (request)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
                return read(response.StatusCode, await BodyAsync(response, both.Token)) ?? OfStatus(response);
            }
            catch (HttpRequestException e)
            {
                return OfFailure(e, knowsRepeats);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return NoAnswer($"no answer within {Patience.TotalSeconds:0} s", knowsRepeats);
            }
        }
    }

    /// <summary>The beginning of the body. A body that breaks off is as good as none: the status has said what matters.</summary>
    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = new byte[MaxAnswerBytes];
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var count = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(bytes, 0, count);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }
    }

    private AlertAnswer OfStatus(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var outcome = status switch
        {
            >= 200 and < 300 => AlertOutcome.Sent,
            408 or 425 or 429 or >= 500 => AlertOutcome.NotYet,
            _ => AlertOutcome.Refused,
        };
        return new AlertAnswer { Outcome = outcome, Detail = Status(response.StatusCode), RetryAfterSec = RetryAfter(response) };
    }

    /// <summary>Such as <c>HTTP 404</c>, with a word of the receiver's when it is a known one.</summary>
    public static string Status(HttpStatusCode status, string? word = null) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}{(string.IsNullOrEmpty(word) ? "" : $" ({word})")}");

    private double? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta.TotalSeconds,
        { Date: { } date } => Math.Max(0, (date - time.GetUtcNow()).TotalSeconds),
        _ => null,
    };

    /// <summary>Without a connection nothing was sent. The exception's own words name host and port, so they stay here.</summary>
    private static AlertAnswer OfFailure(HttpRequestException failure, bool knowsRepeats) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => NotSent("the host's name is not known"),
        HttpRequestError.ConnectionError => NotSent("no connection"),
        HttpRequestError.SecureConnectionError => NotSent("no secure connection"),
        HttpRequestError.ProxyTunnelError => NotSent("the proxy lets nothing through"),
        var other => NoAnswer($"no answer ({other})", knowsRepeats),
    };

    private static AlertAnswer NotSent(string detail) => new() { Outcome = AlertOutcome.NotYet, Detail = detail };

    private static AlertAnswer NoAnswer(string detail, bool knowsRepeats) => new()
    {
        Outcome = knowsRepeats ? AlertOutcome.NotYet : AlertOutcome.Unknown,
        Detail = knowsRepeats ? detail : $"{detail}: it may have arrived",
    };
}
