using System.Net;
using Serverless.Core.Settings;
using Serverless.Host.Auth;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Access;

/// <summary>Without keys the host is for this machine alone.</summary>
public sealed class LoopbackTests
{
    [Theory]
    [InlineData("http://0.0.0.0:7071")]
    [InlineData("http://192.168.1.2:7071")]
    [InlineData("http://[::]:7071")]
    [InlineData("http://fanout.example.org")]
    [InlineData("http://127.0.0.1.example.org:7071")]
    public void Start_WhereOthersCanReachItWithoutAKey_IsRefusedWithTheReason(string url)
    {
        var settings = new FanOutSettings { ListenUrl = new Uri(url) };

        var refusal = Should.Throw<HostSettingsException>(() => AccessMiddleware.Check(settings));

        refusal.Message.ShouldBe(
            $"LISTEN_URL is {settings.ListenUrl.AbsoluteUri}, which others can reach, and API_KEY is not set. "
            + "Set API_KEY, or listen on http://127.0.0.1 only.");
        Should.NotThrow(() => AccessMiddleware.Check(settings with { ApiKey = new Secret("0123456789abcdef") }));
    }

    [Theory]
    [InlineData("http://127.0.0.1:7071")]
    [InlineData("http://127.3.2.1:7071")]
    [InlineData("http://localhost:7071")]
    [InlineData("http://[::1]:7071")]
    public void Start_OnThisMachineAlone_NeedsNoKey(string url) =>
        Should.NotThrow(() => AccessMiddleware.Check(new FanOutSettings { ListenUrl = new Uri(url) }));

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1234")]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9:80")]
    [InlineData("[::1]:7071")]
    public async Task Host_OfThisMachine_IsAnswered(string name)
    {
        await using var host = await HostHarness.StartAsync();

        (await host.GetAsync("/api/runs", ("Host", name))).With(HttpStatusCode.OK);
    }

    /// <summary>A page of somebody else's whose name was pointed at this machine after it was loaded.</summary>
    [Theory]
    [InlineData("rebind.example.org")]
    [InlineData("rebind.example.org:7071")]
    [InlineData("localhost.example.org")]
    [InlineData("127.0.0.1.nip.io")]
    [InlineData("192.168.1.2")]
    [InlineData("0.0.0.0:7071")]
    public async Task Host_OfAnotherName_IsRefused(string name)
    {
        await using var host = await HostHarness.StartAsync();

        foreach (var path in new[] { "/api/runs", "/api/runs/x/results", "/runtime/webhooks/durabletask/instances" })
        {
            var answer = await host.GetAsync(path, ("Host", name));
            answer.Problem.ShouldBe("forbidden");
            answer.Field.ShouldBe("Host");
        }
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData("anything")]
    public async Task Write_FromAPageOfAnotherSite_IsRefused(string site)
    {
        await using var host = await HostHarness.StartAsync();

        var answer = await host.PostAsync("/api/runs", Calls.RunBody("foreign"), ("Sec-Fetch-Site", site));

        answer.Problem.ShouldBe("forbidden");
        answer.Field.ShouldBe("Sec-Fetch-Site");
        (await host.GetAsync("/api/runs/foreign")).Problem.ShouldBe("not-found");
    }

    [Theory]
    [InlineData("same-origin")]
    [InlineData("none")]
    public async Task Write_FromAPageOfOurs_IsTaken(string site)
    {
        await using var host = await HostHarness.StartAsync();

        (await host.PostAsync("/api/runs", Calls.RunBody("ours"), ("Sec-Fetch-Site", site))).With(HttpStatusCode.Accepted);
    }

    /// <summary>A form of another site needs no leave of its browser's to send these.</summary>
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Write_AsAFormSendsIt_IsRefused(string type)
    {
        await using var host = await HostHarness.StartAsync();

        var answer = await host.PostAsync("/api/runs", Calls.RunBody("form"), ("Content-Type", type));

        answer.Problem.ShouldBe("unsupported-media-type");
        answer.Field.ShouldBe("Content-Type");
    }
}
