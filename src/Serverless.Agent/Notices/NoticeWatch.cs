using Microsoft.Extensions.Logging;
using Serverless.Agent.Supervision;

namespace Serverless.Agent.Notices;

/// <summary>Turns what the provider says into the end of the work, or into an upload that does not wait.</summary>
internal sealed partial class NoticeWatch(INoticeSource source, StopOrder stop, Func<CancellationToken, Task> advised, ILogger logger)
{
    private SpotNotice? _last;

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var notice in source.WatchAsync(cancellationToken))
        {
            Count++;
            AgentInstruments.Noticed(notice.Kind);
            if (notice.IsAdvice)
            {
                Advised(notice.Text);
                await advised(cancellationToken);
                continue;
            }

            _last = notice;
            Detected(notice.Text);
            stop.Give(notice);
        }
    }

    /// <summary>All is stored: the machine may go.</summary>
    public Task AcknowledgeAsync(CancellationToken cancellationToken) =>
        _last is null ? Task.CompletedTask : source.AcknowledgeAsync(_last, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spot interruption detected! {Text}")]
    private partial void Detected(string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}. The newest checkpoint is uploaded now; work goes on")]
    private partial void Advised(string text);
}
