using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Dashboard;

public sealed class FilesTests
{
    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/main.js", "text/javascript; charset=utf-8")]
    [InlineData("/app.css", "text/css; charset=utf-8")]
    [InlineData("/favicon.svg", "image/svg+xml")]
    public async Task File_AskedForAgain_IsNotSentAgain(string path, string contentType)
    {
        await using var host = await HostHarness.StartAsync();
        using var first = await host.Http.GetAsync(new Uri(path, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await host.Http.SendAsync(request);

        first.Content.Headers.ContentType!.ToString().ShouldBe(contentType);
        first.Headers.CacheControl!.NoCache.ShouldBeTrue();
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/api/runs", 200)]
    [InlineData("/api/runs/nobody", 404)]
    public async Task Answer_Always_CarriesThePolicy(string path, int status)
    {
        await using var host = await HostHarness.StartAsync();

        using var answer = await host.Http.GetAsync(new Uri(path, UriKind.Relative));

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldBe(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
    }
}
