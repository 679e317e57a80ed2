using Serverless.Agent.Processes;

namespace Serverless.Agent.Supervision;

/// <summary>How it is seen that a worker lives.</summary>
internal interface IVitalSign
{
    /// <summary>What is looked at, for people.</summary>
    string Name { get; }

    /// <summary>When it last lived, as far as can be seen now; null when it gave no sign.</summary>
    ValueTask<DateTimeOffset?> LookAsync(IWorkerProcess worker, CancellationToken cancellationToken);
}

/// <summary>A file that the worker writes to, say every five seconds.</summary>
internal sealed class HeartbeatFileSign(string path) : IVitalSign
{
    public string Name => "heartbeat";

    public ValueTask<DateTimeOffset?> LookAsync(IWorkerProcess worker, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        return new(file.Exists ? new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero) : null);
    }
}

/// <summary>Anything that the worker prints.</summary>
internal sealed class OutputSign : IVitalSign
{
    public string Name => "output";

    public ValueTask<DateTimeOffset?> LookAsync(IWorkerProcess worker, CancellationToken cancellationToken) => new(worker.LastOutputAt);
}

/// <summary>An address that answers with a status from 200 to 299.</summary>
internal sealed class HttpProbeSign(Uri address, HttpClient http, TimeProvider clock) : IVitalSign
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => "probe";

    public async ValueTask<DateTimeOffset?> LookAsync(IWorkerProcess worker, CancellationToken cancellationToken)
    {
        // It lived when it was asked: it may have died since it began to answer.
        var askedAt = clock.GetUtcNow();
        using var enough = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? askedAt : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
