using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Tests.Durable;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Worker;

/// <summary>
/// Stands in for the Functions host, which is on no feed: starts the app's worker, the real program in a process of its own, speaks
/// the host's protocol with it, passes HTTP requests on, and calls its orchestrators and activities for a task hub in memory. A
/// worker that dies is followed by another, and what it was doing is done again.
/// </summary>
internal sealed class StandInHost : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>The key of the durable extension's own API.</summary>
    public const string SystemKey = "the-system-key";

    private readonly Dictionary<string, string> _settings;
    private readonly WebApplication _rpc;
    private readonly WebApplication _http;
    private readonly TaskHub _hub;
    private readonly HubPump _pump;
    private readonly HttpClient _forward = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private TaskCompletionSource<WorkerFunctions> _worker = New();
    private DotnetProcess? _process;
    private WorkerChannel? _channel;

    private StandInHost(Dictionary<string, string> settings, TaskHub hub)
    {
        _settings = settings;
        _hub = hub;
        _rpc = Create(HttpProtocols.Http2);
        _rpc.MapPost("/AzureFunctionsRpcMessages.FunctionRpc/EventStream", ServeWorkerAsync);
        _http = Create(HttpProtocols.Http1);
        _http.Run(AnswerAsync);
        _pump = new HubPump(hub.Address, InvokeAsync);
    }

    public HttpClient Http { get; private set; } = null!;

    /// <summary>What the worker that is up now has logged.</summary>
    public async Task<string> LogAsync() => string.Join(Environment.NewLine, (await CurrentAsync()).Channel.Log);

    public static async Task<StandInHost> StartAsync(Dictionary<string, string> settings)
    {
        var host = new StandInHost(settings, await TaskHub.StartAsync());
        await host._rpc.StartAsync();
        await host._http.StartAsync();
        host.Http = new HttpClient { BaseAddress = new Uri(host._http.Urls.Single()), Timeout = Patience };
        host.StartWorker();
        host._pump.Start();
        try
        {
            await host.CurrentAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the program, as the host does.</summary>
    public void StartWorker() => _process = StartProcess(_settings, new Uri(_rpc.Urls.Single()));

    /// <summary>Kills the worker.</summary>
    public async Task KillWorkerAsync()
    {
        var gone = (await CurrentAsync()).Channel.Gone;
        _worker = New();
        _process!.KillHard();
        await gone.WaitAsync(Patience);
        _process.Dispose();
    }

    /// <summary>Calls the timer trigger.</summary>
    public async Task CallTimerAsync()
    {
        const string Timer = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""";
        var worker = await CurrentAsync();
        await worker.InvokeAsync("daily", WorkerFunctions.NewId(), [("timer", Rpc.Of((2, Timer))), ("client", Client())]);
    }

    public async ValueTask DisposeAsync()
    {
        await _pump.DisposeAsync();
        _process?.Dispose();
        Http.Dispose();
        _forward.Dispose();
        await _http.DisposeAsync();
        await _rpc.DisposeAsync();
        await _hub.DisposeAsync();
    }

    /// <summary>Starts the program with its settings in the environment.</summary>
    public static DotnetProcess StartProcess(IReadOnlyDictionary<string, string> settings, Uri rpc)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Serverless.Functions.dll");
        string[] arguments =
        [
            "--functions-uri", rpc.AbsoluteUri, "--functions-request-id", WorkerFunctions.NewId(),
            "--functions-worker-id", WorkerFunctions.NewId(), "--functions-grpc-max-message-length", "2147483647",
        ];
        return DotnetProcess.Start(new DotnetStart(program, arguments)
        {
            Folder = AppContext.BaseDirectory,
            Environment = environment =>
            {
                environment["FUNCTIONS_APPLICATION_DIRECTORY"] = AppContext.BaseDirectory;
                foreach (var (name, value) in settings) environment[name] = value;
            },
        });
    }

    private async Task<WorkerFunctions> CurrentAsync()
    {
        try
        {
            return await _worker.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            var log = _channel is null ? "It has not called." : string.Join(Environment.NewLine, _channel.Log);
            throw new TimeoutException($"The worker is not there. It said: {_process?.Errors} {_process?.Output} {log}");
        }
    }

    private async Task ServeWorkerAsync(HttpContext context)
    {
        var channel = _channel = new WorkerChannel();
        var serving = channel.ServeAsync(context);
        await channel.Started.WaitAsync(Patience);
        var worker = _worker;
        try
        {
            worker.TrySetResult(await WorkerFunctions.LoadAsync(channel, AppContext.BaseDirectory));
        }
        catch (WorkerGoneException e)
        {
            if (!await TryStartAgainAsync()) worker.TrySetException(e);
        }
        catch (Exception e)
        {
            worker.TrySetException(e);
        }

        await serving;
    }

    /// <summary>A worker looks for a free port, and listens on it later: somebody else may have got it by then. The real host starts
    /// another worker, too.</summary>
    private async Task<bool> TryStartAgainAsync()
    {
        var ended = _process!;
        await ended.ExitAsync();
        if (!ended.Errors.Contains("address already in use", StringComparison.OrdinalIgnoreCase)) return false;
        ended.Dispose();
        StartWorker();
        return true;
    }

    /// <summary>Calls a function of whatever worker is up; again, when that dies meanwhile.</summary>
    private async Task<string?> InvokeAsync(string name, IReadOnlyList<(string Name, Rpc Data)> data, (string, string)[] metadata)
    {
        while (true)
        {
            var worker = await CurrentAsync();
            try
            {
                var client = worker.All[name].Binding("durableClient") is null ? [] : new[] { ("client", Client()) };
                return await worker.InvokeAsync(name, WorkerFunctions.NewId(), data.Concat(client), metadata);
            }
            catch (WorkerGoneException)
            {
                // The next worker does it.
            }
        }
    }

    /// <summary>What the durable extension binds to <c>[DurableClient]</c>.</summary>
    private Rpc Client() => WorkerFunctions.Text(JsonSerializer.Serialize(new
    {
        rpcBaseUrl = _hub.Address.AbsoluteUri,
        taskHubName = "fanout",
        connectionName = "Storage",
        requiredQueryStringParameters = $"taskHub=fanout&connection=Storage&code={SystemKey}",
        httpBaseUrl = "http://localhost/runtime/webhooks/durabletask",
        maxGrpcMessageSizeInBytes = 4 * 1024 * 1024,
    }));

    /// <summary>Passes a request on; what goes wrong is the answer, so that a test can say it.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await ForwardAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync(e.ToString());
        }
    }

    /// <summary>Passes a request on to the worker's own server, and tells it by the host's protocol to answer it.</summary>
    private async Task ForwardAsync(HttpContext context)
    {
        var worker = await CurrentAsync();
        var name = HttpRoutes.Match(worker.All.Values, context.Request)
            ?? throw new InvalidOperationException($"No function for {context.Request.Method} {context.Request.Path}.");
        var id = WorkerFunctions.NewId();
        using var request = HttpRoutes.Copy(context.Request, worker.Address);
        request.Headers.Add("x-ms-invocation-id", id);
        var invocation = worker.InvokeAsync(name, id, [("request", Rpc.Of((5, Rpc.Of()))), ("client", Client())]);
        using var answer = await _forward.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (!answer.IsSuccessStatusCode && answer.Content.Headers.ContentType is null) await invocation;
        await HttpRoutes.CopyAsync(answer, context.Response);
        await invocation;
    }

    private static WebApplication Create(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols);

            // A worker may have nothing to say for a long time.
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        return builder.Build();
    }

    private static TaskCompletionSource<WorkerFunctions> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
