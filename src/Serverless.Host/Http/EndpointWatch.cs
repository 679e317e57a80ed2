using Serverless.Core.Jobs;

namespace Serverless.Host.Http;

/// <summary>Asks places where jobs run how they stand, each at most once in a while, however many want to know.</summary>
internal sealed class EndpointWatch(HostParts parts)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset AskedAt, Task<EndpointStatus> Answer)> _answers = new(StringComparer.Ordinal);

    public Task<EndpointStatus> LookAsync(string address, CancellationToken cancellationToken)
    {
        var now = parts.Time.GetUtcNow();
        Task<EndpointStatus> answer;
        lock (_gate)
        {
            if (!_answers.TryGetValue(address, out var known) || now - known.AskedAt > Freshness)
                _answers[address] = known = (now, AskAsync(address));
            answer = known.Answer;
        }

        return answer.WaitAsync(cancellationToken);
    }

    private async Task<EndpointStatus> AskAsync(string address)
    {
        var isChosen = address == parts.Backends.Chosen;
        try
        {
            if (isChosen && parts.Backends.IsRemote(address))
                await parts.Backends.MakeReadyAsync(address, workers: 1, CancellationToken.None);
            var health = parts.Backends.TryGet(address) is IReportsHealth reporter
                ? await reporter.GetHealthAsync(CancellationToken.None)
                : null;
            return new EndpointStatus(address, isChosen, health, null);
        }
        catch (JobBackendException e)
        {
            return new EndpointStatus(address, isChosen, null, e.Message);
        }
    }
}
