using Microsoft.AspNetCore.Http;
using Serverless.Core.Jobs;
using Serverless.TestKit;

namespace Serverless.RunPod.Tests.Harness;

/// <summary>A backend over real HTTP to a scripted server, with a clock that the test drives.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    public const string Key = "rpa_PLANTED0KEY1THAT2NOBODY3MAY4SEE";

    private readonly HttpRunPodApi _api;

    private Gateway(ScriptedServer server, RunPodOptions options)
    {
        Server = server;

        // That timeout runs on the real clock, and this machine may have much to do.
        _api = new HttpRunPodApi(server.Endpoint, Key, options with { ConnectTimeout = TimeSpan.FromMinutes(2) });
        Backend = new RunPodJobBackend(server.Endpoint, _api, options, Clock, new Random(1), Log);
    }

    public ManualClock Clock { get; } = new();

    public RecordedLog<RunPodJobBackend> Log { get; } = new();

    public ScriptedServer Server { get; }

    public RunPodJobBackend Backend { get; }

    /// <summary>A job that was handed over long ago.</summary>
    public JobReference OldJob => new(new JobId("j1"), Clock.GetUtcNow() - TimeSpan.FromHours(1));

    public static Task<Gateway> StartAsync(params RequestDelegate[] script) => StartAsync(new RunPodOptions(), script);

    public static async Task<Gateway> StartAsync(RunPodOptions options, params RequestDelegate[] script) =>
        new(await ScriptedServer.StartAsync(script), options);

    public Task<JobId> SubmitAsync(CancellationToken cancellationToken = default) =>
        Backend.SubmitAsync(Requests.Small(), cancellationToken);

    public Task<JobSnapshot> CheckAsync() => Backend.CheckAsync(OldJob, CancellationToken.None);

    public Task CancelAsync() => Backend.CancelAsync(OldJob, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Backend.Dispose();
        _api.Dispose();
        await Server.DisposeAsync();
    }
}
