using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Settings;
using Serverless.Host.Sources;
using Serverless.Host.Tests.Harness;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Sources;

public sealed class HttpSourceTests : IDisposable
{
    private const string List = """[{"id":"a"},{"id":"b"}]""";

    private readonly SourceClient _client = new();

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-ndjson")]
    [InlineData("application/vnd.lists+json")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task List_OfAReadableType_IsRead(string? type)
    {
        await using var server = await ListServer.OfAsync(List, type);

        (await Reading.ReadAsync(Open(server.Url("/list")))).ShouldBe(["""{"id":"a"}""", """{"id":"b"}"""]);
    }

    [Fact]
    public async Task List_ThatIsCompressed_IsUnpacked()
    {
        await using var server = await ListServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await zip.WriteAsync(Encoding.UTF8.GetBytes(List));
        });

        (await Reading.ReadAsync(Open(server.Url("/list")))).Count.ShouldBe(2);
    }

    [Fact]
    public async Task List_ThatUnpacksToMoreThanIsTaken_IsRefused()
    {
        await using var server = await ListServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            for (var i = 0; i < 1_000; i++) await zip.WriteAsync(new byte[10_000]);
        });

        (await Reading.FailAsync(Open(server.Url("/list")))).ShouldEndWith("is larger than the 1,048,576 bytes that are taken.");
    }

    [Fact]
    public async Task Url_WithTheDateAndASignature_IsAskedForAndNotShown()
    {
        await using var server = await ListServer.OfAsync("", status: 403);

        var message = await Reading.FailAsync(Open(server.Url("/lists/") + "{date}.json?sig=planted&day={date}"));

        server.Asked.ShouldBe(["/lists/2025-06-02.json?sig=planted&day=2025-06-02"]);
        message.ShouldBe($"The list at {server.Url("/lists/")}{{date}}.json?… cannot be read: the server answered 403 (Forbidden).");
    }

    [Fact]
    public async Task Headers_OfTheSettings_AreSentAndNotShown()
    {
        var sent = "";
        await using var server = await ListServer.StartAsync(context =>
        {
            sent = $"{context.Request.Headers.Authorization} {context.Request.Headers.Accept}";
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });

        var message = await Reading.FailAsync(Open(server.Url("/list"), ("Authorization", "Bearer planted"), ("Accept", "a/b")));

        sent.ShouldBe("Bearer planted a/b");
        message.ShouldNotContain("planted");
        message.ShouldContain("the server answered 401 (Unauthorized)");
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", "is of type text/html, a page for people, perhaps a sign-in; expected is JSON or JSON lines.")]
    [InlineData("application/xml", "is of type application/xml; expected is JSON or JSON lines.")]
    public async Task List_OfAnotherType_IsRefused(string type, string expected)
    {
        await using var server = await ListServer.OfAsync(List, type);

        (await Reading.FailAsync(Open(server.Url("/list")))).ShouldEndWith(expected);
    }

    [Fact]
    public async Task List_ThatIsMalformed_NamesTheEntry()
    {
        await using var server = await ListServer.OfAsync("{\"id\":\"a\"}\n{\"id\":5}");

        (await Reading.FailAsync(Open(server.Url("/list")))).ShouldStartWith(
            $"The list at {server.Url("/list")}: Entry 2 (index 1, line 2): \"id\" is a number (5)");
    }

    [Fact]
    public async Task List_ThatBreaksOff_IsNoList()
    {
        await using var server = await ListServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 1_000;
            await context.Response.Body.WriteAsync("""[{"id":"a"}]"""u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        (await Reading.FailAsync(Open(server.Url("/list")))).ShouldStartWith($"The list at {server.Url("/list")} cannot be read: ");
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsNamed()
    {
        using var closed = new ClosedPort();
        var url = $"{closed.Address}/list";

        (await Reading.FailAsync(Open(url))).ShouldBe($"The list at {url} cannot be read: Connection refused.");
    }

    [Fact]
    public async Task Server_ThatNeverEnds_IsGivenUp()
    {
        var clock = new ManualClock();
        var asked = new TaskCompletionSource();
        await using var server = await ListServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync("["u8.ToArray());
            await context.Response.Body.FlushAsync();
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        var failing = Reading.FailAsync(new HttpSource(_client.Http, clock) { Url = server.Url("/list") });

        await asked.Task.WaitAsync(HostHarness.Patience);
        clock.Advance(HostLimits.SourceTimeout);

        (await failing).ShouldBe($"The list at {server.Url("/list")} took longer than 15 minutes.");
    }

    [Fact]
    public async Task Redirect_OnTheSameServer_IsFollowedWithTheHeaders()
    {
        await using var server = await ListServer.StartAsync(context =>
        {
            if (context.Request.Path == "/list")
            {
                context.Response.Redirect("/moved?x=1");
                return Task.CompletedTask;
            }

            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($$"""[{"id":"{{context.Request.Headers["X-Key"]}}"}]""");
        });

        (await Reading.ReadAsync(Open(server.Url("/list"), ("X-Key", "k1")))).ShouldBe(["""{"id":"k1"}"""]);
        server.Asked.ShouldBe(["/list", "/moved?x=1"]);
    }

    [Fact]
    public async Task Redirect_ToAnotherServer_IsNotFollowed()
    {
        await using var other = await ListServer.OfAsync(List);
        await using var server = await ListServer.StartAsync(context =>
        {
            context.Response.Redirect(other.Url("/list?token=planted"));
            return Task.CompletedTask;
        });

        var message = await Reading.FailAsync(Open(server.Url("/list"), ("Authorization", "Bearer planted")));

        other.Asked.ShouldBeEmpty();
        message.ShouldNotContain("planted");
        message.ShouldContain($"302 (Found) and sends us on to http://127.0.0.1:{other.Address.Port}, which is not followed");
    }

    [Fact]
    public async Task Redirect_InACircle_IsGivenUp()
    {
        await using var server = await ListServer.StartAsync(context =>
        {
            context.Response.Redirect("/list");
            return Task.CompletedTask;
        });

        (await Reading.FailAsync(Open(server.Url("/list")))).ShouldEndWith("the server sent us on more than 5 times.");
        server.Asked.Count.ShouldBe(6);
    }

    public void Dispose() => _client.Dispose();

    private IFlashpointSource Open(string url, params (string Name, string Value)[] headers) => TimerSource.Open(
        new FanOutSettings
        {
            FlashpointSource = new Secret(url),
            FlashpointSourceHeaders = [.. headers.Select(header => KeyValuePair.Create(header.Name, new Secret(header.Value)))],
        },
        _client,
        TimeProvider.System)!;
}
