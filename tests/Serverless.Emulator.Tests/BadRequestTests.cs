using System.Net;
using System.Text;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class BadRequestTests
{
    [Theory]
    [InlineData("", "malformed JSON")]
    [InlineData("{\"input\":{\"a\":1}", "malformed JSON")]
    [InlineData("{\"input\":{\"a\":1}} x", "malformed JSON")]
    [InlineData("{\"input\":{\"a\":\"\\ud800\"}}", "malformed JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{\"input\":[1]}", "input: must be a JSON object")]
    [InlineData("{\"input\":{\"a\":1},\"webhook\":\"ftp://x\"}", "webhook: must be an http or https URL")]
    [InlineData("{\"input\":{\"a\":1},\"webhook\":5}", "webhook: must be an http or https URL")]
    [InlineData("{\"input\":{\"a\":1},\"policy\":5}", "policy: must be a JSON object")]
    [InlineData(
        "{\"input\":{\"a\":1},\"policy\":{\"executionTimeout\":4999}}",
        "policy.executionTimeout: must be milliseconds between 5000 and 604800000")]
    [InlineData(
        "{\"input\":{\"a\":1},\"policy\":{\"ttl\":604800001}}",
        "policy.ttl: must be milliseconds between 10000 and 604800000")]
    [InlineData("{\"input\":{\"a\":1},\"policy\":{\"lowPriority\":1}}", "policy.lowPriority: must be true or false")]
    public async Task Run_BodyWrong_SaysWhat(string body, string detail)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        var answer = await pod.PostAsync("run", body);

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, $"bad request: body: {detail}");
        answer["title"].GetString().ShouldBe("Bad Request");
        pod.Statistics.JobsSubmitted.ShouldBe(0);
    }

    [Theory]
    [InlineData("run", 10)]
    [InlineData("runsync", 20)]
    public async Task Submit_BodyOverLimit_IsRefusedAsTheCloudDoes(string path, int mebibytes)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        var limit = mebibytes * 1024 * 1024;

        var fits = await pod.PostAsync(path, BodyOf(limit));
        var tooBig = await pod.PostAsync(path, BodyOf(limit + 1));

        fits.ShouldBe(HttpStatusCode.OK);
        tooBig.ShouldBeProblem(
            HttpStatusCode.BadRequest, $"bad request: body: exceeded max body size of {mebibytes}MiB");
        pod.Statistics.JobsSubmitted.ShouldBe(1);
    }

    [Theory]
    [InlineData(30_000, HttpStatusCode.OK)]
    [InlineData(30_001, HttpStatusCode.BadRequest)]
    public async Task Run_BodyOfUnknownLength_IsMeasuredToo(int bytes, HttpStatusCode expected)
    {
        await using var pod = await TestEmulator.StartAsync(
            TestHandler.Echo, new EmulatorOptions { RunBodyLimit = 30_000 });
        using var request = new HttpRequestMessage(HttpMethod.Post, pod.Endpoint + "run")
        {
            Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(BodyOf(bytes)))),
        };
        request.Headers.TransferEncodingChunked = true;

        var answer = await pod.SendAsync(request);

        answer.ShouldBe(expected);
        if (expected != HttpStatusCode.OK)
            answer["detail"].GetString().ShouldBe("bad request: body: exceeded max body size of 30000B");
    }

    [Theory]
    [InlineData("GET", "run", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "cancel/x", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "openai/v1/models", HttpStatusCode.NotFound)]
    [InlineData("GET", "status", HttpStatusCode.NotFound)]
    public async Task Call_UnknownOperationOrMethod_IsRefused(string method, string path, HttpStatusCode expected)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);
        using var request = new HttpRequestMessage(new HttpMethod(method), pod.Endpoint + path);

        (await pod.SendAsync(request)).ShouldBe(expected);
    }

    private static string BodyOf(int bytes)
    {
        const string Start = "{\"input\":{\"a\":\"";
        const string End = "\"}}";
        return Start + new string('x', bytes - Start.Length - End.Length) + End;
    }
}
