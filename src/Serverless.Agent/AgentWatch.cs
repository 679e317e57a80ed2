using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Agent.Notices;
using Serverless.Agent.Supervision;

namespace Serverless.Agent;

/// <summary>Everything that may want the end: the provider, by its metadata server or by SIGTERM, or a person.</summary>
internal sealed partial class AgentWatch : IAsyncDisposable
{
    /// <summary>RunPod kills five seconds after it has asked.</summary>
    private static readonly TimeSpan RunPodNotice = TimeSpan.FromSeconds(5);

    private readonly AgentParts _parts;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly HttpClient _http = NoticeParts.CreateHttp();

    private SpotProvider _provider;
    private NoticeWatch? _notices;
    private Task _watching = Task.CompletedTask;

    public AgentWatch(AgentParts parts)
    {
        _parts = parts;
        _logger = parts.Loggers.CreateLogger<AgentWatch>();
        Stop = new StopOrder(parts.Clock);
        _registration = parts.StopRequested.Register(OnSignal);
    }

    /// <summary>What is wanted.</summary>
    public StopOrder Stop { get; }

    /// <summary>Whose machine it is.</summary>
    public SpotProvider Provider => _provider;

    /// <summary>What the provider said so far, by number.</summary>
    public int Notices => (_notices?.Count ?? 0) + (Stop.Notice is { Kind: "runpod-sigterm" } ? 1 : 0);

    /// <summary>Finds whose machine this is, and listens, while other things go on.</summary>
    /// <param name="options">What the user says of it.</param>
    /// <param name="advised">The machine may be taken sooner than others.</param>
    public void Start(SupervisionOptions options, Func<CancellationToken, Task> advised)
    {
        _provider = options.Provider == SpotProvider.Auto && _parts.IsRunPod ? SpotProvider.RunPod : options.Provider;
        _watching = WatchAsync(options, advised);
    }

    /// <summary>All is stored: the machine may go.</summary>
    public async Task AcknowledgeAsync()
    {
        if (_notices is null) return;
        await _notices.AcknowledgeAsync(Stop.TimeOver).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync();
        await _ended.CancelAsync();
        await _watching;
        _ended.Dispose();
        Stop.Dispose();
        _http.Dispose();
    }

    private void OnSignal()
    {
        if (_parts.WasInterrupted() || _provider != SpotProvider.RunPod) Stop.Give();
        else
        {
            var deadline = _parts.Clock.GetUtcNow() + RunPodNotice;
            AgentInstruments.Noticed("runpod-sigterm");
            Detected(deadline.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z");
            Stop.Give(new SpotNotice("runpod-sigterm", "RunPod: SIGTERM, five seconds left", deadline));
        }
    }

    private async Task WatchAsync(SupervisionOptions options, Func<CancellationToken, Task> advised)
    {
        try
        {
            var parts = new NoticeParts(_http, _parts.Clock, _logger);
            (_provider, var source) = await NoticeSources.FindAsync(_provider, options.Metadata, parts, _ended.Token);
            if (source is null)
            {
                if (_provider == SpotProvider.RunPod) WatchingRunPod();
                else WatchingNobody();
                return;
            }

            Watching(source.Provider);
            _notices = new NoticeWatch(source, Stop, advised, _logger);
            await _notices.RunAsync(_ended.Token);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The agent ends.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Watching for notices of interruption: {Provider}")]
    private partial void Watching(string provider);

    [LoggerMessage(Level = LogLevel.Information, Message = "Watching for notices of interruption: RunPod (SIGTERM)")]
    private partial void WatchingRunPod();

    [LoggerMessage(Level = LogLevel.Information, Message = "No provider is asked for notices of interruption: one comes unannounced")]
    private partial void WatchingNobody();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spot interruption detected! RunPod: SIGTERM. Interruption time: {Time}")]
    private partial void Detected(string time);
}
