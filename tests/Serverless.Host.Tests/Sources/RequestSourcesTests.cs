using Serverless.Core.Settings;
using Serverless.Host.Http;
using Serverless.Host.Sources;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Sources;

public sealed class RequestSourcesTests : IDisposable
{
    private readonly SourceClient _client = new();

    [Theory]
    [InlineData("https://lists.example.org/etl")]
    [InlineData("https://lists.example.org/etl/")]
    [InlineData("https://lists.example.org/etl/a/b.json?sig=x%2Fy")]
    [InlineData("HTTPS://LISTS.example.org:443/etl/a%20b.json")]
    [InlineData("http://10.0.0.5:8080/anything")]
    public async Task Open_UrlUnderTheList_IsASource(string url)
    {
        await using var host = await StartAsync();

        new RequestSources(host.Parts, _client).Open(url).Description.ShouldStartWith("The list at http");
    }

    [Theory]
    [InlineData("https://lists.example.org/etl2")]
    [InlineData("https://lists.example.org/")]
    [InlineData("https://lists.example.org/ETL/a")]
    [InlineData("http://lists.example.org/etl/a")]
    [InlineData("https://lists.example.org:8443/etl/a")]
    [InlineData("https://lists.example.org.evil.test/etl/a")]
    [InlineData("https://evil.test/https://lists.example.org/etl/a")]
    [InlineData("https://lists.example.org@evil.test/etl/a")]
    [InlineData("https://evil.test\\@lists.example.org/etl/a")]
    [InlineData("https://user:planted@lists.example.org/etl/a")]
    [InlineData("https://lists.example.org/etl/../secret")]
    [InlineData("https://lists.example.org/etl/..")]
    [InlineData("https://lists.example.org/etl/%2e%2e/secret")]
    [InlineData("https://lists.example.org/etl/%252e%252e/secret")]
    [InlineData("https://lists.example.org/etl%2f..%2fsecret")]
    [InlineData("https://lists.example.org/etl/..%5csecret")]
    [InlineData("https://lists.example.org/etl/..\\secret")]
    [InlineData("https://lists.example.org/etl/a#x")]
    [InlineData("https://lists.example.org/etl/a b")]
    [InlineData("https://lists.example.org/etl/a\r\nHost: evil.test")]
    [InlineData("http://10.0.0.5/anything")]
    [InlineData("http://10.0.0.50:8080/anything")]
    [InlineData("//lists.example.org/etl/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("data/list.json")]
    [InlineData("postgresql://u:planted@db/x")]
    [InlineData("ftp://lists.example.org/etl/a")]
    [InlineData("")]
    public async Task Open_AnythingElse_IsRefused(string text)
    {
        await using var host = await StartAsync();

        var refusal = Should.Throw<ProblemException>(() => new RequestSources(host.Parts, _client).Open(text));

        refusal.Problem.ShouldBe(Problem.InvalidRequest);
        refusal.Field.ShouldBe("source");
    }

    [Fact]
    public async Task Open_WithoutAList_SaysWhatIsNotSet()
    {
        await using var host = await HostHarness.StartAsync();

        Should.Throw<ProblemException>(() => new RequestSources(host.Parts, _client).Open("https://lists.example.org/a"))
            .Message.ShouldContain("SOURCE_ALLOW is not set");
    }

    [Fact]
    public async Task Redirect_OutOfTheList_IsNotFollowed()
    {
        await using var server = await ListServer.StartAsync(context =>
        {
            context.Response.Redirect("/secret");
            return Task.CompletedTask;
        });
        await using var host = await HostHarness.StartAsync(new HostHarnessOptions
        {
            Settings = new FanOutSettings { SourceAllow = [new Uri(server.Url("/lists/"))] },
        });

        var message = await Reading.FailAsync(new RequestSources(host.Parts, _client).Open(server.Url("/lists/a.json")));

        message.ShouldEndWith("sends us on to a URL outside of SOURCE_ALLOW.");
        server.Asked.ShouldBe(["/lists/a.json"]);
    }

    [Fact]
    public async Task Headers_OfTheTimer_AreNotSentForCallers()
    {
        var sent = "";
        await using var server = await ListServer.StartAsync(context =>
        {
            sent = string.Join(' ', context.Request.Headers.Keys);
            context.Response.ContentType = "application/json";
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """[{"id":"a"}]""");
        });
        await using var host = await HostHarness.StartAsync(new HostHarnessOptions
        {
            Settings = new FanOutSettings
            {
                SourceAllow = [server.Address],
                FlashpointSourceHeaders = [KeyValuePair.Create("X-Key", new Secret("planted"))],
            },
        });

        await Reading.ReadAsync(new RequestSources(host.Parts, _client).Open(server.Url("/a.json")));

        sent.ShouldNotContain("X-Key");
    }

    public void Dispose() => _client.Dispose();

    private static Task<HostHarness> StartAsync() => HostHarness.StartAsync(new HostHarnessOptions
    {
        Settings = new FanOutSettings
        {
            SourceAllow = [new Uri("https://lists.example.org/etl"), new Uri("http://10.0.0.5:8080")],
        },
    });
}
