using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Serverless.Cli.Delivery;
using Serverless.Cli.Head;
using Serverless.Core.Runs;
using RunStart = Serverless.Cli.Head.RunStart;

namespace Serverless.Cli.Tests.Doubles;

/// <summary>A head over runs that a test makes up.</summary>
internal sealed class FakeFanOut : IFanOut
{
    private readonly TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _taken = new(0);

    /// <summary>What was asked, in order, such as <c>resume etl-1</c>.</summary>
    public List<string> Calls { get; } = [];

    public Dictionary<string, RunView> Runs { get; } = [];

    /// <summary>What a watcher sees; it is never over unless the test completes it.</summary>
    public Channel<RunView> Updates { get; } = Channel.CreateUnbounded<RunView>();

    public string? Notice { get; set; }

    public RunStart Start { get; set; } = new(Views.Id, RunStartKind.Started);

    public RunRequest? Request { get; private set; }

    public string Flashpoints { get; private set; } = "";

    public int RetryCount { get; set; }

    public Exception? StartFailure { get; set; }

    public Exception? ExportFailure { get; set; }

    /// <summary>Completes once somebody watches.</summary>
    public Task Watched => _watched.Task;

    public bool IsDisposed { get; private set; }

    /// <summary>Lets a watcher see the run, and waits until it has dealt with it.</summary>
    public async Task UpdateAsync(RunView view)
    {
        Updates.Writer.TryWrite(view).ShouldBeTrue();
        await _taken.WaitAsync();
    }

    public async Task<RunStart> StartAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Calls.Add("start");
        if (StartFailure is not null) throw StartFailure;
        Request = request;
        using var reader = new StreamReader(request.Flashpoints, Encoding.UTF8, false, -1, leaveOpen: true);
        Flashpoints = await reader.ReadToEndAsync(cancellationToken);
        return Start;
    }

    public List<OpenJob> Jobs { get; } = [];

    public List<OpenJob> JobsLeft { get; } = [];

    public Task<IReadOnlyList<OpenJob>> ListJobsAsync(string? run, CancellationToken cancellationToken)
    {
        Calls.Add($"jobs {run}".TrimEnd());
        return Task.FromResult<IReadOnlyList<OpenJob>>(Jobs);
    }

    public Task<IReadOnlyList<OpenJob>> CancelJobsAsync(string? run, CancellationToken cancellationToken)
    {
        Calls.Add($"cancel jobs {run}".TrimEnd());
        return Task.FromResult<IReadOnlyList<OpenJob>>(JobsLeft);
    }

    public Task ResumeAsync(string run, CancellationToken cancellationToken) => Record($"resume {run}");

    public string Backend { get; set; } = "runpod:abc";

    public decimal? RetryMaxCost { get; private set; }

    public async Task<int> RetryAsync(string run, decimal? maxCost, CancellationToken cancellationToken)
    {
        RetryMaxCost = maxCost;
        await Record($"retry {run}");
        return RetryCount;
    }

    public async Task CancelAsync(string run, CancellationToken cancellationToken)
    {
        await Record($"cancel {run}");
        Runs[run] = Runs[run] with { State = RunState.Cancelled };
    }

    public async IAsyncEnumerable<RunView> WatchAsync(
        string run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Record($"watch {run}");
        _watched.SetResult();
        await foreach (var view in Updates.Reader.ReadAllAsync(cancellationToken))
        {
            yield return view;
            _taken.Release();
        }
    }

    public Task<IReadOnlyList<RunView>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RunView>>([.. Runs.Values]);

    public Task<RunView> ShowAsync(string run, CancellationToken cancellationToken) =>
        Runs.TryGetValue(run, out var view)
            ? Task.FromResult(view)
            : throw CommandFailedException.Usage($"run \"{run}\" is not known", "fanout runs lists them.");

    public async Task ExportAsync(
        string run, ResultFormat format, Stream output, CancellationToken cancellationToken)
    {
        await Record($"export {run} {format}");
        await output.WriteAsync("[1,"u8.ToArray(), cancellationToken);
        if (ExportFailure is not null) throw ExportFailure;
        await output.WriteAsync("null]"u8.ToArray(), cancellationToken);
    }

    public async Task WriteReportAsync(string run, Stream output, CancellationToken cancellationToken) =>
        await output.WriteAsync("{\"ok\":true}"u8.ToArray(), cancellationToken);

    public Task PurgeAsync(string run, CancellationToken cancellationToken) => Record($"purge {run}");

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        _taken.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task Record(string call)
    {
        Calls.Add(call);
        return Task.CompletedTask;
    }
}
