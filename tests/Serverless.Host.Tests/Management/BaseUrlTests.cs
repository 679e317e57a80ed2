using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Settings;
using Serverless.Host.Management;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Management;

/// <summary>Which address the links have.</summary>
public sealed class BaseUrlTests
{
    [Theory]
    [InlineData("127.0.0.1", "https", "runs.example", null, "https://runs.example")]
    [InlineData("::1", "HTTPS", "runs.example:8443, inner", null, "https://runs.example:8443")]
    [InlineData("127.0.0.1", null, "runs.example", null, "http://runs.example")]
    [InlineData("127.0.0.1", "https", null, null, "https://inside:7071")]
    [InlineData("127.0.0.1", "ftp", "a/b", null, "http://inside:7071")]
    [InlineData("127.0.0.1", "javascript", "user@evil", null, "http://inside:7071")]
    [InlineData("10.1.2.3", "https", "evil.example", null, "http://inside:7071")]
    [InlineData("10.1.2.3", "https", "evil.example", "https://public.example/fan/", "https://public.example/fan")]
    public void BaseUrl_ByPeerAndHeaders_IsWhatTheClientSees(
        string peer, string? proto, string? forwardedHost, string? publicUrl, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("inside:7071");
        context.Request.Headers["X-Forwarded-Proto"] = proto;
        context.Request.Headers["X-Forwarded-Host"] = forwardedHost;

        BaseUrl.Of(context.Request, publicUrl is null ? null : new Uri(publicUrl)).ShouldBe(expected);
    }

    [Fact]
    public void BaseUrl_WithoutAHost_IsWhereTheConnectionEnds()
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalIpAddress = IPAddress.IPv6Loopback;
        context.Connection.LocalPort = 7071;
        context.Request.Scheme = "http";
        context.Request.PathBase = "/fan";

        BaseUrl.Of(context.Request, publicUrl: null).ShouldBe("http://[::1]:7071/fan");
    }

    [Fact]
    public async Task Links_BehindAProxyOnThisMachine_AreTheProxys()
    {
        await using var host = await ManagementHarness.StartAsync();

        using var answer = await host.SendAsync(
            HttpMethod.Post, "/orchestrators/Wait/me", header: ("X-Forwarded-Host", "runs.example"));

        answer.Headers.Location!.OriginalString.ShouldBe("http://runs.example/runtime/webhooks/durabletask/instances/me");
    }

    [Fact]
    public async Task Links_WithAPublicUrl_AreThere()
    {
        await using var host = await ManagementHarness.StartAsync(
            new HostHarnessOptions { Settings = new FanOutSettings { PublicUrl = new Uri("https://runs.example") } });

        using var answer = await host.PostAsync("/orchestrators/Wait/me");

        answer.Headers.Location!.OriginalString.ShouldBe("https://runs.example/runtime/webhooks/durabletask/instances/me");
    }
}
