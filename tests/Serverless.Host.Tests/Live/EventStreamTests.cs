using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moq;
using Serverless.Host.Http;
using Serverless.Host.Live;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Live;

public sealed class EventStreamTests : IDisposable
{
    private readonly LiveBoard _board = new();
    private readonly ManualClock _clock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly MemoryStream _body = new();
    private bool _released;

    [Fact]
    public async Task Stream_NothingHappens_ShowsThatItIsAlive()
    {
        _board.Replace(() => Event("snapshot"));
        var stream = SendAsync();

        for (var round = 0; round < 3; round++)
        {
            await QuietAsync();
            _clock.Advance(TimeSpan.FromSeconds(15));
        }

        await QuietAsync();
        _board.Close(Event("end"));
        await stream.WaitAsync(HostHarness.Patience);

        Sent.ShouldBe(
            "retry: 1000\n\nid: 1\nevent: snapshot\ndata: {}\n\n"
            + ": keep-alive\n\n: keep-alive\n\n: keep-alive\n\n"
            + "id: 2\nevent: end\ndata: {}\n\n");
        _released.ShouldBeTrue();
    }

    [Fact]
    public async Task Stream_HasSentAsManyAsAllowed_SaysSoAndEnds()
    {
        _board.Replace(() => Event("snapshot"));
        var stream = SendAsync(maxEvents: 3);

        // A change that comes before the one before it was sent takes its place: so as many as it takes.
        while (!stream.IsCompleted)
        {
            await Task.WhenAny(stream, QuietAsync());
            _board.Change(() => Event("snapshot"), [("a", Event("change"))]);
        }

        await stream;
        Sent.ShouldEndWith("event: event-limit\ndata: {}\n\n");
        _released.ShouldBeTrue();
    }

    /// <summary>A platform would cut it off in the middle of an event.</summary>
    [Fact]
    public async Task Stream_HasLastedAsLongAsAllowed_SaysSoAndEnds()
    {
        _board.Replace(() => Event("snapshot"));
        var stream = SendAsync(maxTime: TimeSpan.FromSeconds(20));

        await QuietAsync();
        _clock.Advance(TimeSpan.FromSeconds(15));
        await _clock.WhenTimerDueBy(_clock.GetUtcNow() + TimeSpan.FromSeconds(5)).WaitAsync(HostHarness.Patience);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await stream.WaitAsync(HostHarness.Patience);

        Sent.ShouldBe(
            "retry: 1000\n\nid: 1\nevent: snapshot\ndata: {}\n\n: keep-alive\n\nid: 1\nevent: time-limit\ndata: {}\n\n");
        _released.ShouldBeTrue();
    }

    [Fact]
    public async Task Stream_HostStops_EndsAndGivesItsPlaceBack()
    {
        _board.Replace(() => Event("snapshot"));
        var stream = SendAsync();

        await _stopping.CancelAsync();

        await stream.WaitAsync(HostHarness.Patience);
        _released.ShouldBeTrue();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _body.Dispose();
    }

    private string Sent => Encoding.UTF8.GetString(_body.ToArray());

    /// <summary>Everything is sent, and the stream waits.</summary>
    private Task QuietAsync() =>
        _clock.WhenTimerDueBy(_clock.GetUtcNow() + TimeSpan.FromSeconds(15)).WaitAsync(HostHarness.Patience);

    private Task SendAsync(int maxEvents = 100, TimeSpan? maxTime = null)
    {
        var lifetime = Mock.Of<IHostApplicationLifetime>(host => host.ApplicationStopping == _stopping.Token);
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddSingleton(lifetime).BuildServiceProvider() };
        context.Response.Body = _body;
        var lease = new FeedLease(_board, () => _released = true);
        return new EventStream(lease, _board.Since(0), _clock, maxTime, maxEvents).ExecuteAsync(context);
    }

    private static LiveEvent Event(string name) => new(name, Encoding.UTF8.GetBytes("{}"));
}
