using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Agent.Checkpoints;
using Serverless.Agent.Supervision;
using Serverless.Protocol;
using Serverless.Workers;

namespace Serverless.Agent.Leasing;

/// <summary>A job that this pod holds: fed to the worker, its results handed on as they come.</summary>
internal sealed class HeldJob : IDisposable
{
    /// <summary>How long an agent that is to end tries to reach a coordinator that is away. The rest is on disk.</summary>
    private static readonly TimeSpan TellingTime = TimeSpan.FromSeconds(30);

    private readonly Outbox _outbox;
    private readonly JobCheckpoints? _checkpoints;
    private readonly PodBoard _board;
    private readonly StopOrder _stop;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly HashSet<string> _open;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _silent;
    private readonly TimeSpan? _silenceLimit;
    private readonly Lock _gate = new();
    private volatile bool _hasEnded;
    private bool _isDisposed;

    /// <param name="lease">The right to it.</param>
    /// <param name="outbox">Takes what the coordinator is to be told.</param>
    /// <param name="checkpoints">Keeps checkpoints within it; null: there are none.</param>
    /// <param name="board">Says who wants the end.</param>
    /// <param name="stop">When the end is wanted.</param>
    /// <param name="silenceLimit">How long the worker may say nothing; null: as long as the job lasts.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Takes what is said.</param>
    public HeldJob(
        WorkLease lease, Outbox outbox, JobCheckpoints? checkpoints, PodBoard board, StopOrder stop, TimeSpan? silenceLimit,
        TimeProvider clock, ILogger logger)
    {
        _checkpoints = checkpoints;
        (Lease, _outbox, _board, _stop, _clock, _logger, _silenceLimit) = (lease, outbox, board, stop, clock, logger, silenceLimit);
        Input = Parse(lease.Input);
        _open = [.. IdsOf(Input)];
        FlashpointCount = _open.Count;
        _silent = new CancellationTokenSource(silenceLimit ?? Timeout.InfiniteTimeSpan, clock);
    }

    /// <summary>The right to it.</summary>
    public WorkLease Lease { get; }

    /// <summary>The worker's input.</summary>
    public JsonElement Input { get; }

    /// <summary>Flashpoints without a result, when it was taken.</summary>
    public int FlashpointCount { get; }

    /// <summary>How it goes.</summary>
    public JobProgress Progress => new() { Lease = Lease.Lease, Done = _outbox.Count, Checkpoint = _checkpoints?.Claim };

    /// <summary>Another has it: its work is stopped, and nothing more is said about it.</summary>
    public void Lose()
    {
        // The heartbeats may hear of it when it is over already.
        lock (_gate)
        {
            if (!_isDisposed) _lost.Cancel();
        }
    }

    /// <summary>The machine may be taken sooner than others: its newest checkpoint is uploaded now.</summary>
    public Task HurryAsync(CancellationToken cancellationToken) => _checkpoints?.HurryAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Works on it until the coordinator knows how it ended.</summary>
    /// <param name="handlerOf">What works on it, given what its environment is to say.</param>
    /// <returns>Whether the worker is to blame that it did not work out.</returns>
    public async Task<bool> RunAsync(Func<IReadOnlyDictionary<string, string>, IWorkerHandler> handlerOf)
    {
        _outbox.Begin();
        using var toldEnough = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        using var stopping = _stop.Given.Register(
            () => toldEnough.CancelAfter(_hasEnded ? TellingTime : StopOrder.LongestGrace + TellingTime));
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, _stop.TimeOver, toldEnough.Token);
        var sending = _outbox.SendAsync(untilEmpty: false, noMore.Token);
        _ = sending.ContinueWith(
            task => { if (task is { IsCompletedSuccessfully: true, Result: CallOutcome.Stale }) Lose(); }, TaskScheduler.Default);
        var end = await WorkAsync(handlerOf);
        if (_checkpoints is not null) await _checkpoints.EndAsync(end is { Error: null }, _stop.TimeOver);
        if (end is { Released: not null }) end = end with { Checkpoint = _checkpoints?.Claim };
        _hasEnded = true;
        if (end is not null) _outbox.End(end);
        if (_stop.Given.IsCancellationRequested) toldEnough.CancelAfter(TellingTime);
        await SentAsync(sending);
        if (_checkpoints is not null && end is { Error: null, Released: null }) await _checkpoints.TryDeleteAsync(_stop.TimeOver);
        return end?.Fault == WorkFault.Worker;
    }

    public void Dispose()
    {
        lock (_gate) _isDisposed = true;
        _lost.Dispose();
        _silent.Dispose();
        _outbox.Dispose();
        _checkpoints?.Dispose();
    }

    private async Task SentAsync(Task<CallOutcome> sending)
    {
        try
        {
            var outcome = await sending;
            if (outcome != CallOutcome.Fatal) _outbox.Drop();
            if (outcome == CallOutcome.Stale) _logger.Lost(Lease.Lease.Job);
        }
        catch (OperationCanceledException) when (_lost.IsCancellationRequested)
        {
            _outbox.Drop();
            _logger.Lost(Lease.Lease.Job);
        }
        catch (OperationCanceledException)
        {
            _logger.NoTimeLeft(Lease.Lease.Job);
        }
    }

    /// <summary>How it ended; null when it is another's.</summary>
    private async Task<JobEnd?> WorkAsync(Func<IReadOnlyDictionary<string, string>, IWorkerHandler> handlerOf)
    {
        if (_stop.Given.IsCancellationRequested) return GivenBack();
        var startedAt = _clock.GetTimestamp();
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(Lease.ExecutionTimeoutSeconds), _clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, tooLong.Token, _silent.Token, _stop.GraceOver);
        JobEnd? end;
        try
        {
            var environment = new Dictionary<string, string>();
            if (_outbox.Receipts is { } receipts) environment[ReceiptPipe.VariableName] = receipts.Path;
            if (_checkpoints is not null) await _checkpoints.BeginAsync(environment, any.Token);
            var output = await handlerOf(environment).HandleAsync(new WorkerJob(Lease.Lease.Job, Input), EmitAsync, any.Token);
            end = IsCutShort(output) ? GivenBack() : Completed(output, _clock.GetElapsedTime(startedAt));
        }
        catch (OperationCanceledException)
        {
            end = _lost.IsCancellationRequested ? null : tooLong.IsCancellationRequested
                ? Failed(WorkFault.TimeLimit, $"took longer than {Lease.ExecutionTimeoutSeconds} s")
                : _stop.Given.IsCancellationRequested
                    ? GivenBack()
                    : Failed(WorkFault.Worker, $"the worker gave no sign of life for {_silenceLimit?.TotalSeconds} s");
        }
        catch (Exception exception) when (exception is CheckpointsLostException or IOException)
        {
            end = Failed(WorkFault.Unknown, $"its checkpoints cannot be had: {exception.Message}");
        }
        catch (Exception exception) when (exception is WorkerHandlerException or WorkerCrashedException)
        {
            // A worker that was asked to end may do so in the middle of a line.
            var fault = exception is WorkerCrashedException ? WorkFault.Worker : WorkFault.Handler;
            end = _stop.Given.IsCancellationRequested ? GivenBack() : Failed(fault, exception.Message);
        }

        return end is null ? null : end with { Seconds = _clock.GetElapsedTime(startedAt).TotalSeconds };
    }

    /// <summary>A worker that was asked to end may say with exit code 0 that it did, and not that all is done.</summary>
    private bool IsCutShort(JsonElement output) => _stop.Given.IsCancellationRequested && _open.Count > 0
        && (output.ValueKind == JsonValueKind.Undefined || _outbox.Count > 0);

    private JobEnd Completed(JsonElement output, TimeSpan took)
    {
        _logger.Completed(Lease.Lease.Job, took.TotalSeconds);
        return new JobEnd { Output = _open.Count == 0 || output.ValueKind == JsonValueKind.Undefined ? default : Raw(output) };
    }

    private JobEnd Failed(WorkFault fault, string reason)
    {
        _logger.Failed(Lease.Lease.Job, reason);
        return new JobEnd { Error = reason, Fault = fault };
    }

    private JobEnd GivenBack()
    {
        var reason = _stop.Notice is not null ? ReleaseReason.Interruption
            : _board.IsToldToStop ? ReleaseReason.Told : ReleaseReason.Shutdown;
        _logger.GivenBack(Lease.Lease.Job, reason.ToString().ToLowerInvariant(), _outbox.Count);
        return new JobEnd { Released = reason, Error = _stop.Notice?.Text, Notice = _stop.Notice?.ToWire(_clock.GetUtcNow()) };
    }

    /// <summary>An entry with the id of a flashpoint is its result; what has none is handed over with the output.</summary>
    private ValueTask EmitAsync(JsonElement entry)
    {
        if (_silenceLimit is { } limit) _silent.CancelAfter(limit);
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
            return ValueTask.CompletedTask;
        if (_open.Remove(id.GetString()!)) _outbox.Add(new ResultEntry(id.GetString()!, Raw(Shorten(entry, id.GetString()!))));
        else _outbox.Pass(id.GetString()!);
        return ValueTask.CompletedTask;
    }

    private static JsonElement Shorten(JsonElement entry, string id)
    {
        if (JsonMarshal.GetRawUtf8Value(entry).Length <= WorkLimits.MaxEntryBytes) return entry;
        var error = new Dictionary<string, string>
        {
            ["id"] = id,
            ["error"] = $"The result is larger than {WorkLimits.MaxEntryBytes} bytes; put it into a store and answer a reference",
        };
        return JsonSerializer.SerializeToElement(error, OutboxJson.Default.DictionaryStringString);
    }

    private static RawJson Raw(JsonElement element) => new(JsonMarshal.GetRawUtf8Value(element).ToArray());

    private static JsonElement Parse(RawJson input)
    {
        using var json = JsonDocument.Parse(input.Utf8);
        return json.RootElement.Clone();
    }

    private static IEnumerable<string> IdsOf(JsonElement input)
    {
        if (!input.TryGetProperty("flashpoints", out var flashpoints) || flashpoints.ValueKind != JsonValueKind.Array) yield break;
        foreach (var flashpoint in flashpoints.EnumerateArray())
        {
            if (flashpoint.ValueKind == JsonValueKind.Object && flashpoint.TryGetProperty("id", out var id) && id.GetString() is { } text)
                yield return text;
        }
    }
}
