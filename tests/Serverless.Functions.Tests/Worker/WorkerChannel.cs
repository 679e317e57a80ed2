using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Tests.Worker;

/// <summary>The stream between the Functions host and one worker, over gRPC's framing: the host asks, the worker answers.</summary>
internal sealed class WorkerChannel
{
    // Fields of StreamingMessage.
    private const int RequestId = 1;
    private const int StartStream = 20;
    private const int RpcLog = 2;

    private readonly Channel<Rpc> _outgoing = Channel.CreateUnbounded<Rpc>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Rpc>> _waiting = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the worker has begun.</summary>
    public Task Started => _started.Task;

    /// <summary>Completes when the worker is gone.</summary>
    public Task Gone => _gone.Task;

    /// <summary>What the worker logged.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Asks the worker.</summary>
    /// <param name="field">The field of the request in a StreamingMessage.</param>
    /// <param name="request">The request.</param>
    /// <param name="answer">The field of the answer.</param>
    /// <param name="id">The request's id.</param>
    /// <exception cref="WorkerGoneException">The worker is gone.</exception>
    public async Task<Rpc> AskAsync(int field, Rpc request, int answer, string id)
    {
        var waiting = new TaskCompletionSource<Rpc>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiting;
        Log.Enqueue($"asked {field}");
        _outgoing.Writer.TryWrite(Rpc.Of((RequestId, id), (field, request)));
        if (await Task.WhenAny(waiting.Task, Gone) == Gone) throw new WorkerGoneException();
        return (await waiting.Task).Message(answer);
    }

    /// <summary>Serves the worker's call until it hangs up.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        var sending = SendAsync(context);
        try
        {
            while (await ReadAsync(context.Request.Body, context.RequestAborted) is { } message) Take(message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The worker was killed.
        }

        _gone.TrySetResult();
        _outgoing.Writer.TryComplete();
        await sending;
        if (context.Response.SupportsTrailers()) context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Take(Rpc message)
    {
        if (message.Has(StartStream)) _started.TrySetResult();
        if (message.Has(RpcLog))
        {
            var log = message.Message(RpcLog);
            Log.Enqueue($"{log.Text(2)}: {log.Text(4)} {(log.Has(6) ? log.Message(6).Text(2) : "")}");
        }
        else if (_waiting.TryRemove(message.Text(RequestId), out var waiting))
        {
            waiting.TrySetResult(message);
        }
    }

    private async Task SendAsync(HttpContext context)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync())
        {
            if (Gone.IsCompleted) continue;
            var bytes = message.ToBytes();
            var frame = new byte[5 + bytes.Length];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
            bytes.CopyTo(frame, 5);
            await context.Response.Body.WriteAsync(frame, CancellationToken.None);
            await context.Response.Body.FlushAsync(CancellationToken.None);
        }
    }

    private static async Task<Rpc?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var head = new byte[5];
        if (await body.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancellationToken) < 5) return null;
        var bytes = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await body.ReadExactlyAsync(bytes, cancellationToken);
        return Rpc.Read(bytes);
    }
}

/// <summary>The worker has hung up.</summary>
internal sealed class WorkerGoneException() : Exception("The worker is gone.");
