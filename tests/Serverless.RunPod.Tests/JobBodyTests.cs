using System.Text;
using Serverless.Core.Jobs;
using Serverless.RunPod.Tests.Harness;

namespace Serverless.RunPod.Tests;

public sealed class JobBodyTests
{
    [Fact]
    public void Write_WithoutWebhook_IsInputAndPolicy() =>
        Text(Requests.WithInput("""{"chunk":0}""")).ShouldBe(
            """{"input":{"chunk":0},"policy":{"executionTimeout":7200000,"ttl":86400000}}""");

    [Fact]
    public void Write_WithWebhook_AddsItsEscapedForm() =>
        Text(Requests.Small() with { Webhook = new Uri("https://coord.example/hook/9f 3c") }).ShouldBe(
            """{"input":{"chunk":0},"policy":{"executionTimeout":7200000,"ttl":86400000},"""
            + "\"webhook\":\"https://coord.example/hook/9f%203c\"}");

    [Theory]
    [InlineData("""{ "b" : 1e2,  "a":"\u00e9\/é" , "n":12345678901234567890 }""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("{\n\t\"deep\":[[[[{}]]]]\n}")]
    public void Write_Input_GoesInByteForByte(string input) =>
        Text(Requests.WithInput(input)).ShouldStartWith($$"""{"input":{{input}},"policy":""");

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{", "is not JSON, at line 0, byte 1")]
    [InlineData("""{"a":PAYLOAD}""", "is not JSON, at line 0, byte 5")]
    [InlineData("""{"a":1},"webhook":"x" """, "is not JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("\"text\"", "not a JSON object")]
    [InlineData("{}", "has an empty input")]
    [InlineData(" { } ", "has an empty input")]
    public void Write_BadInput_IsRefusedWithoutQuotingIt(string input, string expected)
    {
        var exception = Should.Throw<JobBackendException>(() => JobBody.Write(Requests.WithInput(input)));

        exception.Kind.ShouldBe(JobErrorKind.Permanent);
        exception.Message.ShouldContain("attempt etl:0:1");
        exception.Message.ShouldContain(expected);
        exception.ToString().ShouldNotContain("PAYLOAD");
    }

    [Theory]
    [InlineData("hook/SECRET")]
    [InlineData("ftp://coord.example/SECRET")]
    public void Write_WebhookThatRunPodCannotCall_IsRefused(string webhook)
    {
        var request = Requests.Small() with { Webhook = new Uri(webhook, UriKind.RelativeOrAbsolute) };

        var exception = Should.Throw<JobBackendException>(() => JobBody.Write(request));

        exception.Kind.ShouldBe(JobErrorKind.Permanent);
        exception.Message.ShouldContain("webhook");
        exception.Message.ShouldNotContain("SECRET");
    }

    [Fact]
    public void Write_BodyOfTenMebibytes_IsTheLargestThatLeaves()
    {
        var around = Text(Requests.WithInput("""{"a":""}""")).Length;
        var filling = new string('x', (10 * 1024 * 1024) - around);

        JobBody.Write(Requests.WithInput($$"""{"a":"{{filling}}"}""")).Length.ShouldBe(10 * 1024 * 1024);
        var tooMuch = Requests.WithInput($$"""{"a":"{{filling}}x"}""");
        var exception = Should.Throw<JobBackendException>(() => JobBody.Write(tooMuch));
        exception.Kind.ShouldBe(JobErrorKind.Permanent);
        exception.Message.ShouldContain("10485761 bytes");
        exception.Message.ShouldContain("at most 10485760");
    }

    [Theory]
    [InlineData(7200, 86400, 7200, 86400)]
    [InlineData(1, 1, 5, 15)]
    [InlineData(5, 10, 5, 15)]
    [InlineData(7200, 7200, 7200, 7210)]
    [InlineData(7200, 60, 7200, 7210)]
    [InlineData(604_800, 604_800, 604_790, 604_800)]
    [InlineData(999_999_999, 999_999_999, 604_790, 604_800)]
    [InlineData(-5, -5, 5, 15)]
    public void Limits_AnyTimes_StayInRangeWithTheLifeLonger(int run, int life, int expectedRun, int expectedLife)
    {
        var request = Requests.Small() with
        {
            ExecutionTimeout = TimeSpan.FromSeconds(run),
            TimeToLive = TimeSpan.FromSeconds(life),
        };

        JobBody.Limits(request).ShouldBe((TimeSpan.FromSeconds(expectedRun), TimeSpan.FromSeconds(expectedLife)));
    }

    private static string Text(JobRequest request) => Encoding.UTF8.GetString(JobBody.Write(request).Span);
}
