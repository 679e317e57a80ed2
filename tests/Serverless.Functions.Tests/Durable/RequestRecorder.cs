using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.DurableTask.Protobuf;

namespace Serverless.Functions.Tests.Durable;

/// <summary>Between Durable Task's dispatchers and its worker: keeps the last request to run each instance, which bears its whole
/// history, and counts the requests.</summary>
internal sealed class RequestRecorder : Interceptor
{
    private readonly ConcurrentDictionary<string, OrchestratorRequest> _last = new(StringComparer.Ordinal);
    private int _turns;
    private long _replayed;

    /// <summary>The last request for each instance.</summary>
    public IReadOnlyDictionary<string, OrchestratorRequest> Last => _last;

    /// <summary>How often an orchestrator was run, replays included.</summary>
    public int Turns => _turns;

    /// <summary>How many events were replayed for that, all together.</summary>
    public long Replayed => _replayed;

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(
            new Reader<TResponse>(call.ResponseStream, Note),
            call.ResponseHeadersAsync,
            call.GetStatus,
            call.GetTrailers,
            call.Dispose);
    }

    private void Note(object? item)
    {
        if (item is not WorkItem { OrchestratorRequest: { } request }) return;
        _last[request.InstanceId] = request.Clone();
        Interlocked.Increment(ref _turns);
        Interlocked.Add(ref _replayed, request.PastEvents.Count);
    }

    private sealed class Reader<T>(IAsyncStreamReader<T> inner, Action<object?> note) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await inner.MoveNext(cancellationToken)) return false;
            note(inner.Current);
            return true;
        }
    }
}
