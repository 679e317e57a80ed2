using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Serverless.Core.Jobs;
using Serverless.TestKit;

namespace Serverless.Workers.Tests;

public sealed class LocalJobBackendTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StubHandler _handler = new();
    private readonly LocalJobBackend _backend;

    public LocalJobBackendTests() => _backend = new LocalJobBackend(_handler, _clock);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    ValueTask IAsyncDisposable.DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task Job_ThatSucceeds_GoesFromQueuedToCompleted()
    {
        var first = await SubmitAsync();
        var second = await SubmitAsync("""{"n":2}""");
        var call = await _handler.NextAsync();
        call.Job.Id.ShouldBe(first.Id.Value);
        (await CheckAsync(second)).ShouldBe(new JobSnapshot { State = JobState.Queued });

        _clock.Advance(TimeSpan.FromSeconds(7));
        (await CheckAsync(first)).ShouldBe(
            new JobSnapshot { State = JobState.Running, DelayTime = TimeSpan.Zero, WorkerId = "local" });
        call.Return("""{"results":["é"]}""");

        call = await _handler.NextAsync();
        call.Job.Input.GetRawText().ShouldBe("""{"n":2}""");
        var end = await CheckAsync(first);
        (end.State, end.Error, end.DelayTime, end.ExecutionTime, end.WorkerId).ShouldBe(
            (JobState.Completed, null, TimeSpan.Zero, TimeSpan.FromSeconds(7), "local"));
        Encoding.UTF8.GetString(end.Output!.Value.Span).ShouldBe("""{"results":["é"]}""");
        (await CheckAsync(second)).DelayTime.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Jobs_Several_RunOneAtATimeInOrder()
    {
        var jobs = new List<JobReference>();
        for (var index = 0; index < 5; index++) jobs.Add(await SubmitAsync());
        foreach (var job in jobs)
        {
            var call = await _handler.NextAsync();
            call.Job.Id.ShouldBe(job.Id.Value);
            _handler.AtWork.ShouldBe(1);
            call.Return("1");
        }
    }

    [Theory]
    [InlineData("[1,null]", JobState.Completed, "[1,null]", null)]
    [InlineData("""[{"error":"x"}]""", JobState.Completed, """[{"error":"x"}]""", null)]
    [InlineData("null", JobState.Completed, null, null)]
    [InlineData("{}", JobState.Completed, null, null)]
    [InlineData("0", JobState.Completed, "0", null)]
    [InlineData("""{"refresh_worker":true,"a":1}""", JobState.Completed, """{"a":1}""", null)]
    [InlineData("""{"error":""}""", JobState.Completed, null, null)]
    [InlineData("""{"error":null,"a":1}""", JobState.Completed, """{"a":1}""", null)]
    [InlineData("""{"error":{},"a":1}""", JobState.Completed, """{"a":1}""", null)]
    [InlineData("""{"error":"bad feed"}""", JobState.Failed, null, "bad feed")]
    [InlineData("""{"error":"bad feed","detail":7}""", JobState.Failed, """{"detail":7}""", "bad feed")]
    [InlineData("""{"error":{"code":5}}""", JobState.Failed, null, """{"code":5}""")]
    public async Task Job_ByItsAnswer_EndsAsOnRunPod(string answer, JobState state, string? output, string? error)
    {
        var job = await SubmitAsync();
        (await _handler.NextAsync()).Return(answer);
        var end = await EndAsync(job);
        (end.State, end.Error).ShouldBe((state, error));
        (end.Output is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null).ShouldBe(output);
    }

    [Fact]
    public async Task Job_WhoseHandlerReturnsNone_HasNoOutput()
    {
        var job = await SubmitAsync();
        (await _handler.NextAsync()).Return(null);
        (await EndAsync(job)).ShouldSatisfyAllConditions(
            end => end.State.ShouldBe(JobState.Completed), end => end.Output.ShouldBeNull());
    }

    public static TheoryData<Exception, string> Failures => new()
    {
        { new WorkerHandlerException("bad feed"), "bad feed" },
        { new WorkerCrashedException("exit code 3"), "exit code 3" },
        { new InvalidDataException("oops"), "InvalidDataException: oops" },
        { new OperationCanceledException("given up"), "OperationCanceledException: given up" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Job_WhoseHandlerThrows_FailsAndTheNextOneRuns(Exception exception, string error)
    {
        var job = await SubmitAsync();
        (await _handler.NextAsync()).Throw(exception);
        var end = await EndAsync(job);
        (end.State, end.Error, end.Output).ShouldBe((JobState.Failed, error, null));
    }

    [Fact]
    public async Task Job_OverItsExecutionTimeout_IsTimedOutAndStopped()
    {
        var job = await SubmitAsync(executionTimeout: TimeSpan.FromSeconds(10));
        var call = await _handler.NextAsync();
        _clock.Advance(TimeSpan.FromSeconds(9.999));
        (await CheckAsync(job)).State.ShouldBe(JobState.Running);
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        var end = await CheckAsync(job);
        (end.State, end.Error, end.ExecutionTime).ShouldBe(
            (JobState.TimedOut, "executionTimeout exceeded: 10 s", TimeSpan.FromSeconds(10)));
        await call.StoppedAsync();
    }

    [Fact]
    public async Task Job_ThatTimedOut_IgnoresALateAnswerAndKeepsTheNextOneWaiting()
    {
        _handler.IsStubborn = true;
        var job = await SubmitAsync(executionTimeout: TimeSpan.FromSeconds(10));
        var call = await _handler.NextAsync();
        _handler.IsStubborn = false;
        var next = await SubmitAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        await call.StoppedAsync();
        (await CheckAsync(next)).State.ShouldBe(JobState.Queued);
        call.Return("1");
        (await _handler.NextAsync()).Job.Id.ShouldBe(next.Id.Value);
        (await CheckAsync(job)).State.ShouldBe(JobState.TimedOut);
    }

    [Fact]
    public async Task Job_OverItsTimeToLiveInTheQueue_IsLostAndNeverStarts()
    {
        await SubmitAsync();
        var call = await _handler.NextAsync();
        var job = await SubmitAsync(timeToLive: TimeSpan.FromSeconds(10));
        var last = await SubmitAsync();
        _clock.Advance(TimeSpan.FromSeconds(9));
        (await CheckAsync(job)).State.ShouldBe(JobState.Queued);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await CheckAsync(job)).ShouldBe(new JobSnapshot { State = JobState.Lost });
        call.Return("1");
        (await _handler.NextAsync()).Job.Id.ShouldBe(last.Id.Value);
    }

    [Fact]
    public async Task Job_OverItsTimeToLiveWhileRunning_IsLostAndStopped()
    {
        await SubmitAsync();
        var call = await _handler.NextAsync();
        var job = await SubmitAsync(executionTimeout: TimeSpan.FromSeconds(60), timeToLive: TimeSpan.FromSeconds(70));
        _clock.Advance(TimeSpan.FromSeconds(30));
        call.Return("1");
        call = await _handler.NextAsync();
        _clock.Advance(TimeSpan.FromSeconds(39));
        (await CheckAsync(job)).State.ShouldBe(JobState.Running);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await CheckAsync(job)).ShouldBe(new JobSnapshot { State = JobState.Lost });
        await call.StoppedAsync();
    }

    [Fact]
    public async Task Cancel_RunningJob_StopsTheHandler()
    {
        var job = await SubmitAsync();
        var call = await _handler.NextAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        await _backend.CancelAsync(job, default);
        await call.StoppedAsync();
        var end = await CheckAsync(job);
        (end.State, end.ExecutionTime).ShouldBe((JobState.Cancelled, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task Cancel_QueuedJob_NeverStartsIt()
    {
        await SubmitAsync();
        var call = await _handler.NextAsync();
        var job = await SubmitAsync();
        var last = await SubmitAsync();
        await _backend.CancelAsync(job, default);
        (await CheckAsync(job)).ShouldBe(new JobSnapshot { State = JobState.Cancelled });
        call.Return("1");
        (await _handler.NextAsync()).Job.Id.ShouldBe(last.Id.Value);
    }

    [Fact]
    public async Task Cancel_EndedOrUnknownJob_ChangesNothing()
    {
        var job = await SubmitAsync();
        (await _handler.NextAsync()).Return("1");
        await EndAsync(job);
        await _backend.CancelAsync(job, default);
        await _backend.CancelAsync(job with { Id = new JobId("who") }, default);
        (await CheckAsync(job)).State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task Check_JobOfAnEarlierProcess_IsLost()
    {
        var job = await SubmitAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await using var restarted = new LocalJobBackend(_handler, _clock);
        var other = await restarted.SubmitAsync(Request(), default);
        other.ShouldNotBe(job.Id);
        (await restarted.CheckAsync(job, default)).ShouldBe(new JobSnapshot { State = JobState.Lost });
    }

    [Fact]
    public async Task Check_EndedJob_IsKnownForThirtyMinutes()
    {
        var job = await SubmitAsync();
        (await _handler.NextAsync()).Return("1");
        await EndAsync(job);
        _clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        (await CheckAsync(job)).State.ShouldBe(JobState.Completed);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await CheckAsync(job)).ShouldBe(new JobSnapshot { State = JobState.Lost });
        await SubmitAsync();
        (await CheckAsync(job)).State.ShouldBe(JobState.Lost);
    }

    [Fact]
    public async Task Check_JobQueuedLongerThanThirtyMinutes_IsStillKnown()
    {
        await SubmitAsync();
        await _handler.NextAsync();
        var waiting = await SubmitAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await SubmitAsync();
        (await CheckAsync(waiting)).State.ShouldBe(JobState.Queued);
    }

    [Theory]
    [InlineData("{", 10, 10, "The job's input is not JSON")]
    [InlineData("{}", 0, 10, "ExecutionTimeout is 00:00:00; it must be more than zero and at most 7.00:00:00")]
    [InlineData("{}", 604_801, 10, "ExecutionTimeout is 7.00:00:01; it must be more than zero and at most 7.00:00:00")]
    [InlineData("{}", 10, 0, "TimeToLive is 00:00:00; it must be more than zero")]
    public async Task Submit_BadRequest_SaysWhy(string input, int executionSeconds, int liveSeconds, string message)
    {
        var error = await Should.ThrowAsync<JobBackendException>(
            () => SubmitAsync(input, TimeSpan.FromSeconds(executionSeconds), TimeSpan.FromSeconds(liveSeconds)));
        (error.Kind, error.Message).ShouldBe((JobErrorKind.Permanent, message));
    }

    [Fact]
    public async Task Submit_ToAFullQueue_IsTransient()
    {
        await SubmitAsync();
        await _handler.NextAsync();
        for (var index = 0; index < 10_000; index++) await SubmitAsync();
        (await Should.ThrowAsync<JobBackendException>(() => SubmitAsync())).Kind.ShouldBe(JobErrorKind.Transient);
    }

    [Fact]
    public async Task Submit_BlockingHandler_ReturnsAllTheSame()
    {
        using var gate = new ManualResetEventSlim();
        var handler = new BlockingHandler(gate);
        await using var backend = new LocalJobBackend(handler, _clock);
        var id = await backend.SubmitAsync(Request(), default);
        var look = await backend.CheckAsync(new JobReference(id, _clock.GetUtcNow()), default);
        look.State.IsTerminal().ShouldBeFalse();
        gate.Set();
    }

    [Fact]
    public async Task Dispose_WithJobs_StopsTheHandlerAndCancelsAll()
    {
        var running = await SubmitAsync();
        var call = await _handler.NextAsync();
        var waiting = await SubmitAsync();
        await _backend.DisposeAsync();
        call.IsStopped.ShouldBeTrue();
        _handler.AtWork.ShouldBe(0);
        (await CheckAsync(running)).State.ShouldBe(JobState.Cancelled);
        (await CheckAsync(waiting)).State.ShouldBe(JobState.Cancelled);
        await Should.ThrowAsync<ObjectDisposedException>(() => SubmitAsync());
    }

    [Fact]
    public void Address_Always_IsLocal() => _backend.Address.ShouldBe("local");

    private static JobRequest Request(
        string input = "{}", TimeSpan? executionTimeout = null, TimeSpan? timeToLive = null) => new()
        {
            AttemptId = "run:0:1",
            Input = Encoding.UTF8.GetBytes(input),
            ExecutionTimeout = executionTimeout ?? TimeSpan.FromHours(2),
            TimeToLive = timeToLive ?? TimeSpan.FromHours(24),
        };

    private async Task<JobReference> SubmitAsync(
        string input = "{}", TimeSpan? executionTimeout = null, TimeSpan? timeToLive = null) =>
        new(await _backend.SubmitAsync(Request(input, executionTimeout, timeToLive), default), _clock.GetUtcNow());

    private Task<JobSnapshot> CheckAsync(JobReference job) => _backend.CheckAsync(job, default);

    /// <summary>The job's end, once the next job has begun: only then is it sure to be over.</summary>
    private async Task<JobSnapshot> EndAsync(JobReference job)
    {
        await SubmitAsync();
        (await _handler.NextAsync()).Return("1");
        return await CheckAsync(job);
    }

    private sealed class StubHandler : IWorkerHandler
    {
        private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
        private int _atWork;

        public int AtWork => _atWork;

        /// <summary>Whether calls that begin from now on go on when told to stop.</summary>
        public bool IsStubborn { get; set; }

        public ValueTask<Call> NextAsync() => _calls.Reader.ReadAsync();

        public async Task<JsonElement> HandleAsync(
            WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _atWork);
            try
            {
                var call = new Call(job, cancellationToken);
                var isStubborn = IsStubborn;
                await _calls.Writer.WriteAsync(call, CancellationToken.None);
                return await (isStubborn ? call.Answer : call.Answer.WaitAsync(cancellationToken));
            }
            finally
            {
                Interlocked.Decrement(ref _atWork);
            }
        }
    }

    /// <summary>A handler at work. It goes on until told to answer or to stop.</summary>
    private sealed class Call(WorkerJob job, CancellationToken stop)
    {
        private readonly TaskCompletionSource<JsonElement> _answer =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WorkerJob Job { get; } = job;

        public Task<JsonElement> Answer => _answer.Task;

        public bool IsStopped => stop.IsCancellationRequested;

        public void Return(string? json) =>
            _answer.SetResult(json is null ? default : TestJob.Json(json));

        public void Throw(Exception exception) => _answer.SetException(exception);

        public async Task StoppedAsync()
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (stop.Register(stopped.SetResult)) await stopped.Task;
        }
    }

    private sealed class BlockingHandler(ManualResetEventSlim gate) : IWorkerHandler
    {
        public Task<JsonElement> HandleAsync(
            WorkerJob job, Func<JsonElement, ValueTask> emit, CancellationToken cancellationToken)
        {
            gate.Wait(CancellationToken.None);
            return Task.FromResult<JsonElement>(default);
        }
    }
}
