using System.Text.Json;
using Serverless.Agent.Alerting;
using Serverless.Agent.Supervision;
using Serverless.Alerts;
using Serverless.Alerts.Tests;
using Serverless.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Alerting;

/// <summary>Agents, one after another, over one folder, with a real receiver of what people are told. On a driven clock.</summary>
internal sealed class AlertHarness : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private AlertHarness(Receiver receiver) => Receiver = receiver;

    public Receiver Receiver { get; }

    public ManualClock Clock { get; } = new();

    public SignalledLog Log { get; } = new();

    /// <summary>The folder in which agents note what they told.</summary>
    public string Folder => _folder.File("alerts");

    /// <summary>The names of all files that are kept.</summary>
    public IReadOnlyList<string> Kept => Directory.Exists(Folder)
        ? [.. Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file))]
        : [];

    /// <summary>The events of what was posted, in order.</summary>
    public IReadOnlyList<string> Events =>
        [.. Receiver.Posts.Select(post => JsonElement.Parse(post.Body).GetProperty("event").GetString()!)];

    public static async Task<AlertHarness> StartAsync() => new(await Receiver.StartAsync());

    /// <summary>An agent from its start to its end.</summary>
    /// <param name="befalls">What befalls it.</param>
    /// <param name="settings">Further settings; an empty one is not set.</param>
    public async Task RunAsync(Action<AgentAlerts> befalls, params (string Name, string Value)[] settings)
    {
        using var life = new Life(this, settings);
        befalls(life.Alerts);
        await life.Alerts.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    /// <summary>From now on nothing is taken.</summary>
    public void TakesNothing() => Receiver.Standard = context =>
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    };

    /// <summary>An agent that a test ends itself.</summary>
    public Life Begin(params (string Name, string Value)[] settings) => new(this, settings);

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>One agent.</summary>
    internal sealed class Life : IDisposable
    {
        private readonly AlertChannels _channels;
        private readonly FileObjectStore _objects;

        public Life(AlertHarness harness, (string Name, string Value)[] settings)
        {
            _channels = Samples.Only("webhook", harness.Receiver.Address, settings);
            _objects = new FileObjectStore(harness.Folder);
            Stop = new StopOrder(harness.Clock);
            var parts = new AgentParts
            {
                Clock = harness.Clock,
                Loggers = harness.Log,
                NewId = () => throw new InvalidOperationException("Nothing here is by chance."),
                Environment = new Dictionary<string, string>(),
                Version = "1.2.3",
                StopRequested = default,
                WasInterrupted = () => false,
                Alerts = new AlertParts(_channels.Routing, _objects),
            };
            Alerts = AgentAlerts.Begin("pod-1", parts, Stop).ShouldNotBeNull();
        }

        public AgentAlerts Alerts { get; }

        public StopOrder Stop { get; }

        public void Dispose()
        {
            Stop.Dispose();
            _objects.Dispose();
            _channels.Dispose();
        }
    }
}
