using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

public sealed class RunQueriesTests
{
    [Fact]
    public async Task Detail_OfAChunkThatEndsWhileItIsRead_IsNotThatItHasYetToBegin()
    {
        var hasEnded = false;
        await using var run = new RunHarness(_ => JobScript.Of(job => hasEnded ? Look.Completed(job) : Look.Running(job)));
        await run.StartAsync(1);
        await run.Clock.WhenTimerDueBy(run.Clock.GetUtcNow() + TimeSpan.FromMinutes(20)).WaitAsync(RunHarness.Patience);
        var store = new LateStore(run.Objects, async () =>
        {
            hasEnded = true;
            await run.EndAsync();
        });

        var detail = await new RunQueries(run.Engine.Client, store).FindDetailAsync(RunHarness.RunName, default);

        hasEnded.ShouldBeTrue();
        detail!.Chunks.ShouldHaveSingleItem().State.ShouldBe(ChunkPhase.Queued);
    }

    /// <summary>Looks whether a chunk has an outcome, and says so only when the run has ended.</summary>
    private sealed class LateStore(IObjectStore objects, Func<Task> end) : IObjectStore
    {
        public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
        {
            var stream = await objects.OpenReadAsync(name, cancellationToken);
            if (name.Contains("/outcomes/", StringComparison.Ordinal)) await end();
            return stream;
        }

        public Task WriteAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
            objects.WriteAsync(name, write, cancellationToken);

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
            objects.ListAsync(prefix, cancellationToken);

        public Task DeleteAsync(string prefix, CancellationToken cancellationToken) => objects.DeleteAsync(prefix, cancellationToken);
    }
}
