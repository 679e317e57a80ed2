using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Serverless.RunPod.Replies;
using Serverless.RunPod.Throttling;

namespace Serverless.RunPod;

/// <summary>
/// Makes calls to one endpoint: repeats what may be repeated, holds calls back while the endpoint is out of order,
/// keeps under the rate limits, and bounds each call in time. From outside in: retry, circuit breaker, gate, timeout.
/// </summary>
internal sealed partial class RunPodCaller : IDisposable
{
    private readonly IRunPodApi _api;
    private readonly RunPodOptions _options;
    private readonly string _endpointId;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ReplyReader _reader;
    private readonly OperationGates _gates;
    private readonly ResiliencePipeline _deadline;
    private readonly ResiliencePipeline<Reply> _pipeline;

    public RunPodCaller(
        RunPodEndpoint endpoint,
        IRunPodApi api,
        RunPodOptions options,
        TimeProvider time,
        Random random,
        ILogger logger)
    {
        _api = api;
        _options = options;
        _endpointId = endpoint.EndpointId;
        _logger = logger;
        _time = time;
        _reader = new ReplyReader(endpoint.EndpointId, options, time);
        _gates = new OperationGates(options, time);
        _deadline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.CallTimeout })
            .Build();
        var builder = new ResiliencePipelineBuilder<Reply> { TimeProvider = time };
        if (options.MaxRetries > 0) builder.AddRetry(Retry(random));
        _pipeline = builder.AddCircuitBreaker(Breaker()).Build();
    }

    /// <summary>A call as it is written on the transport.</summary>
    public delegate Task<HttpResponseMessage> Send(IRunPodApi api, CancellationToken cancellationToken);

    /// <summary>Makes a call. Every failure but the caller's own cancellation comes back as a reply.</summary>
    public async Task<Reply> CallAsync(RunPodOperation operation, Send send, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static (call, token) =>
                    new ValueTask<Reply>(call.Caller.TryOnceAsync(call.Operation, call.Send, token)),
                (Caller: this, Operation: operation, Send: send),
                cancellationToken);
        }
        catch (BrokenCircuitException broken)
        {
            return _reader.HeldBack(operation, broken.RetryAfter, broken);
        }
    }

    public void Dispose() => _gates.Dispose();

    private async Task<Reply> TryOnceAsync(RunPodOperation operation, Send send, CancellationToken cancellationToken)
    {
        var gate = _gates[operation];
        var askedAt = RunPodDiagnostics.AreMeasured ? _time.GetTimestamp() : 0;
        await gate.EnterAsync(cancellationToken);
        var sentAt = askedAt == 0 ? 0 : _time.GetTimestamp();
        try
        {
            using var span = RunPodDiagnostics.Begin(operation, _endpointId);
            var reply = await ExchangeAsync(operation, send, cancellationToken);
            RunPodDiagnostics.End(span, reply);
            if (askedAt != 0)
                RunPodDiagnostics.Measure(operation, reply, _time.GetElapsedTime(askedAt, sentAt), _time.GetElapsedTime(sentAt));
            if (reply.Kind == ReplyKind.Throttled) Rest(gate, reply);
            return reply;
        }
        finally
        {
            gate.Leave();
        }
    }

    private async Task<Reply> ExchangeAsync(RunPodOperation operation, Send send, CancellationToken cancellationToken)
    {
        // A submission on its way is not abandoned: a job whose id is never learnt would run and be billed unseen.
        var abandon = operation == RunPodOperation.Run ? CancellationToken.None : cancellationToken;
        try
        {
            return await _deadline.ExecuteAsync(
                async token =>
                {
                    using var response = await send(_api, token);
                    return await _reader.ReadAsync(operation, response, token);
                },
                abandon);
        }
        catch (Exception exception)
        {
            abandon.ThrowIfCancellationRequested();
            if (_reader.ReadFailure(operation, exception) is { } reply) return reply;
            throw;
        }
    }

    private void Rest(OperationGate gate, Reply reply)
    {
        var pause = reply.RetryAfter ?? _options.RateLimitPause;
        gate.SlowDown(pause);
        LogRateLimited(reply.Operation.Name(), _endpointId, pause);
    }

    private RetryStrategyOptions<Reply> Retry(Random random) => new()
    {
        MaxRetryAttempts = _options.MaxRetries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true, // with exponential back-off this is decorrelated jitter
        Delay = _options.RetryDelay,
        MaxDelay = _options.MaxRetryDelay,
        Randomizer = Locked(random),
        ShouldHandle = static arguments => new(arguments.Outcome.Result?.IsWorthRepeating == true),
        DelayGenerator = static arguments => new(arguments.Outcome.Result?.RetryAfter),
        OnRetry = arguments =>
        {
            var reply = arguments.Outcome.Result!;
            LogRetry(reply.Operation.Name(), _endpointId, reply.Kind, reply.StatusCode, arguments.RetryDelay);
            return default;
        },
    };

    private CircuitBreakerStrategyOptions<Reply> Breaker() => new()
    {
        FailureRatio = _options.BreakerFailureRatio,
        MinimumThroughput = _options.BreakerMinimumCalls,
        SamplingDuration = _options.BreakerWindow,
        BreakDuration = _options.BreakDuration,
        ShouldHandle = static arguments => new(arguments.Outcome.Result?.IsOutage == true),
        OnOpened = arguments =>
        {
            LogHeldBack(_endpointId, arguments.BreakDuration);
            return default;
        },
        OnClosed = _ =>
        {
            LogRecovered(_endpointId);
            return default;
        },
    };

    // Calls run at the same time; Random does not.
    private static Func<double> Locked(Random random)
    {
        var gate = new Lock();
        return () =>
        {
            lock (gate) return random.NextDouble();
        };
    }
}
