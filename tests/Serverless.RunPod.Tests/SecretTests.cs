using Microsoft.AspNetCore.Http;
using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;

namespace Serverless.RunPod.Tests;

/// <summary>A planted key, payload and webhook are looked for in everything that leaves the gateway.</summary>
public sealed class SecretTests
{
    private const string Payload = "PLANTED0PAYLOAD";
    private const string Token = "PLANTED0TOKEN";

    public static TheoryData<string> Servers =>
    [
        "401", "400", "404", "429", "500", "html", "reset", "truncated", "empty", "failed", "failed-json", "lost",
        "taken",
    ];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Gateway_WhateverTheServerDoes_KeepsSecretsToItself(string behaviour)
    {
        await using var gateway = await Gateway.StartAsync(Server(behaviour));
        var request = Requests.WithInput($$"""{"a":"{{Payload}}"}""") with
        {
            Webhook = new Uri($"https://coord.example/{Token}"),
        };

        var seen = new List<string?>
        {
            await OutcomeAsync(gateway, gateway.Backend.SubmitAsync(request, CancellationToken.None)),
            await OutcomeAsync(gateway, gateway.CheckAsync()),
            await OutcomeAsync(gateway, gateway.CancelAsync()),
            await OutcomeAsync(gateway, gateway.Backend.CheckHealthAsync(CancellationToken.None)),
            gateway.Backend.Address,
            gateway.Backend.ToString(),
        };
        seen.AddRange(gateway.Log.Lines);

        var everything = string.Join('\n', seen);
        everything.ShouldNotContain(Gateway.Key);
        everything.ShouldNotContain(Payload);
        everything.ShouldNotContain(Token);
        gateway.Server.Requests.ShouldAllBe(received => received.Authorization == $"Bearer {Gateway.Key}");
    }

    [Theory]
    [InlineData("rpa_HID\r\nDEN")]
    [InlineData("rpa_HID DEN")]
    [InlineData("rpa_HIDDÉN")]
    public void HttpRunPodApi_KeyThatNoHeaderCanCarry_IsRefusedWithoutEchoingIt(string key)
    {
        var exception = Should.Throw<ArgumentException>(
            () => new HttpRunPodApi(RunPodEndpoint.Parse("ep7x2"), key, new RunPodOptions()));

        exception.Message.ShouldContain("visible ASCII");
        exception.ToString().ShouldNotContain("HID");
    }

    [Fact]
    public async Task HttpRunPodApi_Redirect_DoesNotTakeTheKeyAlong()
    {
        await using var elsewhere = await ScriptedServer.StartAsync(Answers.Json(Answers.Taken));
        await using var gateway = await Gateway.StartAsync(Answers.RedirectTo(elsewhere.Endpoint.BaseUri));

        var exception = await gateway.Clock.FailureAsync(gateway.SubmitAsync());

        exception.Kind.ShouldBe(JobErrorKind.Permanent);
        exception.Message.ShouldContain("redirect");
        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task HttpRunPodApi_EndpointOnThisMachine_IsNotReachedThroughAProxy()
    {
        await using var proxy = await ScriptedServer.StartAsync(Answers.Json(Answers.Taken));
        var usual = HttpClient.DefaultProxy;
        try
        {
            HttpClient.DefaultProxy = new System.Net.WebProxy(proxy.Endpoint.BaseUri);
            await using var gateway = await Gateway.StartAsync(Answers.Json(Answers.Taken));
            await gateway.SubmitAsync();
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }

        proxy.Requests.ShouldBeEmpty();
    }

    private static async Task<string?> OutcomeAsync<T>(Gateway gateway, Task<T> call)
    {
        var exception = await FailureAsync(gateway, call);
        return exception?.ToString() ?? (await call)?.ToString();
    }

    private static async Task<string?> OutcomeAsync(Gateway gateway, Task call) =>
        (await FailureAsync(gateway, call))?.ToString();

    private static async Task<Exception?> FailureAsync(Gateway gateway, Task call)
    {
        await gateway.Clock.DriveAsync(call);
        return await Record.ExceptionAsync(() => call);
    }

    private static RequestDelegate Server(string behaviour) => behaviour switch
    {
        "401" => Answers.Json($$"""{"error":"invalid key {{Gateway.Key}}"}""", 401),
        "400" => Answers.Json($$"""{"status":400,"title":"Bad","detail":"Bearer {{Gateway.Key}} is bad"}""", 400),
        "404" => Answers.Json($$"""{"message":"no route for {{Gateway.Key}}"}""", 404),
        "429" => Answers.Json($$"""{"error":"{{Gateway.Key}} is busy"}""", 429),
        "500" => Answers.Json($$"""{"error":"{{Gateway.Key}}"}""", 500),
        "html" => Answers.Text($"<html>{Gateway.Key}</html>", "text/html", 503),
        "reset" => Answers.Reset(),
        "truncated" => Answers.Truncated(Answers.Taken),
        "empty" => Answers.Json(""),
        "failed" => Answers.Json($$"""{"id":"j1","status":"FAILED","error":"used {{Gateway.Key}}"}"""),
        "failed-json" => Answers.Json(
            $$"""{"id":"j1","status":"FAILED","error":"{\"error_message\":\"{{Gateway.Key}}\"}"}"""),
        "lost" => Answers.Json(Answers.JobNotFound, 404),
        _ => Answers.Json(Answers.Taken),
    };
}
