using System.Net;
using Microsoft.Extensions.Logging;

namespace Serverless.Agent.Notices;

/// <summary>The address inside a machine at which its provider answers questions about it.</summary>
/// <param name="http">Sends. Must not use a proxy: these addresses exist on the machine alone.</param>
/// <param name="address">The base address.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Takes what fails, once per failure that lasts.</param>
internal sealed partial class MetadataServer(HttpClient http, Uri address, TimeProvider clock, ILogger logger)
{
    /// <summary>How often it is asked.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private bool _isFailing;

    /// <summary>Where it is.</summary>
    public Uri Address => address;

    /// <summary>A request for a path.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, string header, string value)
    {
        var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    /// <summary>Sends one; null when there is no answer.</summary>
    public async Task<MetadataAnswer?> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        using var enough = new CancellationTokenSource(patience ?? Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            Tell((int)answer.StatusCode >= 500 ? $"HTTP {(int)answer.StatusCode}" : null);
            return new MetadataAnswer(answer.StatusCode, text.Trim(), answer.Headers.ETag?.Tag ?? Header(answer, "ETag"))
            {
                Flavor = Header(answer, "Metadata-Flavor"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tell(exception is OperationCanceledException ? "no answer in time" : exception.Message);
            return null;
        }
    }

    /// <summary>Waits until it is to be asked again.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(PollInterval, clock, cancellationToken);

    /// <summary>Now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>An answer that says nothing which can be understood.</summary>
    public void Complain(string reason) => Tell(reason);

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private void Tell(string? failure)
    {
        if (failure is not null && !_isFailing) Failed(address, failure);
        else if (failure is null && _isFailing) WorksAgain(address);
        _isFailing = failure is not null;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The metadata server {Address} fails: {Reason}. While it does, an interruption comes without notice")]
    private partial void Failed(Uri address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The metadata server {Address} answers again")]
    private partial void WorksAgain(Uri address);
}

/// <summary>What a metadata server answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Text">The body without blanks around it.</param>
/// <param name="ETag">What marks this state of the value.</param>
internal sealed record MetadataAnswer(HttpStatusCode Status, string Text, string? ETag)
{
    /// <summary>Google's mark of its own servers.</summary>
    public string? Flavor { get; init; }

    public bool IsGood => (int)Status is >= 200 and < 300;
}
