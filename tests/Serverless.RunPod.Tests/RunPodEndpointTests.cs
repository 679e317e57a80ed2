namespace Serverless.RunPod.Tests;

public sealed class RunPodEndpointTests
{
    [Theory]
    [InlineData("ep7x2", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("  ep7x2\n", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("https://api.runpod.ai/v2/ep7x2", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("https://api.runpod.ai/v2/ep7x2/", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("https://api.runpod.ai/v2/ep7x2/run", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("https://api.runpod.ai/v2/ep7x2/run//", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("https://api.runpod.ai/v2/ep7x2/health", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("HTTPS://API.RUNPOD.AI/v2/ep7x2/runsync", "https://api.runpod.ai/v2/ep7x2")]
    [InlineData("https://dev-api.runpod.ai/v2/ep7x2", "https://dev-api.runpod.ai/v2/ep7x2")]
    [InlineData("https://proxy.example:8443/gpu/v2/ep7x2/run", "https://proxy.example:8443/gpu/v2/ep7x2")]
    [InlineData("http://127.0.0.1:4711/v2/ep7x2", "http://127.0.0.1:4711/v2/ep7x2")]
    [InlineData("http://localhost:4711/v2/ep7x2/run", "http://localhost:4711/v2/ep7x2")]
    [InlineData("http://[::1]:4711/v2/ep7x2", "http://[::1]:4711/v2/ep7x2")]
    public void Parse_FormThatPeopleWrite_IsUnderstood(string text, string expected)
    {
        var endpoint = RunPodEndpoint.Parse(text);

        endpoint.BaseUri.AbsoluteUri.ShouldBe(expected);
        endpoint.EndpointId.ShouldBe("ep7x2");
        endpoint.Warning.ShouldBeNull();
    }

    [Theory]
    [InlineData("https://api.runpod.io/v2/ep7x2/run")]
    [InlineData("https://api.runpod.io/v2/ep7x2")]
    [InlineData("https://API.runpod.io:443/v2/ep7x2/")]
    public void Parse_HostThatNoLongerServesJobs_IsReplacedWithAWarning(string text)
    {
        var endpoint = RunPodEndpoint.Parse(text);

        endpoint.BaseUri.AbsoluteUri.ShouldBe("https://api.runpod.ai/v2/ep7x2");
        endpoint.Warning.ShouldNotBeNull().ShouldContain("api.runpod.io no longer serves jobs");
    }

    [Theory]
    [InlineData(null, "is empty")]
    [InlineData("   ", "is empty")]
    [InlineData("not an endpoint", "\"not an endpoint\" is neither an endpoint id nor a URL")]
    [InlineData("api.runpod.ai/v2/ep7x2", "\"api.runpod.ai/v2/ep7x2\" is neither")]
    [InlineData("https://", "\"https://\" is neither")]
    [InlineData("http://api.runpod.ai/v2/ep7x2", "does not use https")]
    [InlineData("http://api.runpod.io/v2/ep7x2", "does not use https")]
    [InlineData("http://127.0.0.1.example.com/v2/ep7x2", "does not use https")]
    [InlineData("ftp://127.0.0.1/v2/ep7x2", "does not use https")]
    [InlineData("https://api.runpod.ai", "has no /v2/ID")]
    [InlineData("https://api.runpod.ai/v2", "has no /v2/ID")]
    [InlineData("https://api.runpod.ai/v2/", "has no /v2/ID")]
    [InlineData("https://api.runpod.ai/v1/ep7x2/run", "has no /v2/ID")]
    [InlineData("https://api.runpod.ai/v2/ep7x2/openai", "has no /v2/ID")]
    [InlineData("https://api.runpod.ai/v2/ep7x2/status/j1", "has no /v2/ID")]
    [InlineData("https://api.runpod.ai/v2/ep%207", "has no /v2/ID")]
    [InlineData("https://ep7x2.api.runpod.ai/generate", "has no /v2/ID")]
    [InlineData("https://api.runpod.ai/v2/ep7x2?wait=1", "has a query")]
    [InlineData("https://api.runpod.ai/v2/ep7x2#top", "has a query or fragment")]
    [InlineData("https://me:HIDDEN@api.runpod.ai/v2/ep7x2", "holds a user name or password")]
    public void Parse_AnythingElse_SaysWhatWasGivenAndWhatIsAllowed(string? text, string expected)
    {
        var exception = Should.Throw<FormatException>(() => RunPodEndpoint.Parse(text));

        exception.Message.ShouldContain(expected);
        exception.Message.ShouldContain("Allowed: an endpoint id");
        exception.Message.ShouldContain("https://api.runpod.ai/v2/ID");
    }

    [Theory]
    [InlineData("https://me:HIDDEN@api.runpod.ai/v2/ep7x2")]
    [InlineData("https://me:HIDDEN@host:99999/v2/ep7x2")]
    [InlineData("https://me:HID?DEN@host/v2/ep7x2")]
    [InlineData("me:HIDDEN@host/v2/ep7x2")]
    [InlineData("https://api.runpod.ai/v2/ep7x2?api_key=HIDDEN")]
    [InlineData("https://api.runpod.ai/v2/ep7x2#HIDDEN")]
    [InlineData("rpa_HIDDEN")]
    [InlineData("https://api.runpod.ai/v2/rpa_HIDDEN/run")]
    public void Parse_TextWithASecret_DoesNotEchoIt(string text) =>
        Should.Throw<FormatException>(() => RunPodEndpoint.Parse(text)).Message.ShouldNotContain("HID");

    [Fact]
    public void Parse_IdThatIsTooLong_IsRefusedAndCut() =>
        Should.Throw<FormatException>(() => RunPodEndpoint.Parse(new string('a', 5000)))
            .Message.Length.ShouldBeLessThan(400);
}
