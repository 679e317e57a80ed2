using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests;

public sealed class HostTests
{
    [Fact]
    public async Task Runs_OfAnEmptyHost_AreAnEmptyPage()
    {
        await using var host = await HostHarness.StartAsync();

        var page = await host.GetJsonAsync("/api/runs");

        page.GetProperty("runs").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Run_ThatIsNotThere_IsAProblem()
    {
        await using var host = await HostHarness.StartAsync();

        using var answer = await host.Http.GetAsync(new Uri("/api/runs/nobody", UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }
}
