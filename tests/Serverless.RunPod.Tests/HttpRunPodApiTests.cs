using System.Text;
using Serverless.RunPod.Tests.Harness;

namespace Serverless.RunPod.Tests;

public sealed class HttpRunPodApiTests
{
    public static TheoryData<string, string> Operations => new()
    {
        { "run", "POST /v2/ep7x2/run" },
        { "status", "GET /v2/ep7x2/status/j1" },
        { "stream", "GET /v2/ep7x2/stream/j1?wait=1000" },
        { "cancel", "POST /v2/ep7x2/cancel/j1" },
        { "retry", "POST /v2/ep7x2/retry/j1" },
        { "purge", "POST /v2/ep7x2/purge-queue" },
        { "health", "GET /v2/ep7x2/health" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_Called_IsThisRequest(string operation, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(Answers.Json("{}", 418));
        var options = new RunPodOptions { ConnectTimeout = TimeSpan.FromMinutes(2) };
        using var api = new HttpRunPodApi(server.Endpoint, $" {Gateway.Key}\n", options);

        using var response = await CallAsync(api, operation);

        ((int)response.StatusCode).ShouldBe(418);
        var request = server.Requests.ShouldHaveSingleItem();
        $"{request.Method} {request.Target}".ShouldBe(expected);
        request.Authorization.ShouldBe($"Bearer {Gateway.Key}");
        Encoding.UTF8.GetString(request.Body).ShouldBe(operation == "run" ? "{}" : "");
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Operation_IdThatIsAStepInThePath_IsRefused(string id)
    {
        using var api = new HttpRunPodApi(RunPodEndpoint.Parse("ep7x2"), Gateway.Key, new RunPodOptions());

        await Should.ThrowAsync<ArgumentException>(async () => await api.StatusAsync(id, CancellationToken.None));
    }

    private static async Task<HttpResponseMessage> CallAsync(HttpRunPodApi api, string operation)
    {
        var none = CancellationToken.None;
        using var body = new StringContent("{}");
        return operation switch
        {
            "run" => await api.RunAsync(body, none),
            "status" => await api.StatusAsync("j1", none),
            "stream" => await api.StreamAsync("j1", none),
            "cancel" => await api.CancelAsync("j1", none),
            "retry" => await api.RetryAsync("j1", none),
            "purge" => await api.PurgeQueueAsync(none),
            _ => await api.HealthAsync(none),
        };
    }
}
