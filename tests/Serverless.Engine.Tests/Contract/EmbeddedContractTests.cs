namespace Serverless.Engine.Tests.Contract;

/// <summary>The contract on the embedded engine. docs/decisions/0011-differences-from-durable-task.md gives the reasons for
/// what is overridden.</summary>
public sealed class EmbeddedContractTests : DurableContract
{
    protected override TimeSpan LongTime => TimeSpan.FromDays(100);

    protected override Task<IDurableHost> StartAsync(DurableRegistry registry) =>
        Task.FromResult<IDurableHost>(new EmbeddedHost(new EngineHarness(registry)));

    /// <summary>It fails and says why, instead of hanging for ever.</summary>
    protected override async Task CheckForbiddenWaitAsync(IDurableHost host, string instanceId)
    {
        var failure = await FailureAsync(host, instanceId);
        failure.ErrorType.ShouldBe(typeof(NonDeterministicOrchestrationException).FullName);
        failure.ErrorMessage.ShouldContain("Task.Delay");
        failure.ErrorMessage.ShouldContain("ConfigureAwait(false)");
    }

    private sealed class EmbeddedHost(EngineHarness engine) : IDurableHost
    {
        public DurableClient Client => engine.Client;

        public async Task PassAsync(TimeSpan time)
        {
            if (time < TimeSpan.FromDays(1))
            {
                await engine.AdvanceAsync(time);
                return;
            }

            // The engine looks about daily in any case, so the clock does not tell whether the instance has its timer yet.
            await engine.WhenAsync(() => Task.FromResult(Sqlite.Scalar<long>(
                engine.DatabasePath, "SELECT count(*) FROM instances WHERE wake_at IS NOT NULL") > 0));
            await engine.RestartAsync();
            engine.Clock.Advance(time);
        }

        public Task UntilAsync(Func<Task<bool>> condition) => engine.WhenAsync(condition);

        public Task ForgetAsync() => engine.RestartAsync();

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
