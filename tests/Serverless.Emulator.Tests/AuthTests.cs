using System.Net;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class AuthTests
{
    [Theory]
    [InlineData("Bearer rpa_1", HttpStatusCode.OK)]
    [InlineData("rpa_1", HttpStatusCode.OK)]
    [InlineData("bearer rpa_1", HttpStatusCode.OK)]
    [InlineData("Bearer rpa_2", HttpStatusCode.Unauthorized)]
    [InlineData("rpa_", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer ", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task Call_KeySet_IsAdmittedWithThatKeyOnly(string? authorization, HttpStatusCode expected)
    {
        await using var pod = await TestEmulator.StartAsync(
            TestHandler.Echo, new EmulatorOptions { ApiKey = "rpa_1" });

        (await CallAsync(pod, authorization)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Bearer anything", HttpStatusCode.OK)]
    [InlineData("anything", HttpStatusCode.OK)]
    [InlineData("Bearer ", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task Call_NoKeySet_IsAdmittedWithAnyKeyButNotWithout(string? authorization, HttpStatusCode expected)
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        (await CallAsync(pod, authorization)).ShouldBe(expected);
    }

    [Fact]
    public async Task Call_OtherEndpoint_AnswersEndpointNotFound()
    {
        await using var pod = await TestEmulator.StartAsync(
            TestHandler.Echo, new EmulatorOptions { EndpointId = "ep7" });

        (await pod.GetAsync("../ep8/health")).ShouldBeProblem(HttpStatusCode.NotFound, "endpoint not found");
        (await pod.GetAsync("health")).ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> CallAsync(TestEmulator pod, string? authorization)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, pod.Endpoint + "health");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
