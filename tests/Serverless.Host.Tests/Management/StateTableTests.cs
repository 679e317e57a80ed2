using System.Net;

namespace Serverless.Host.Tests.Management;

/// <summary>What each call answers in each state of an instance: the table of docs/http-api.md.</summary>
public sealed class StateTableTests
{
    private static readonly string[] States = ["Running", "Suspended", "Completed", "Failed", "Terminated", "Unknown"];

    /// <summary>Method, what follows the instance, body, and the code in each of the states above.</summary>
    public static TheoryData<string, string, string?, int[]> Calls => new()
    {
        { "GET", "", null, [202, 202, 200, 200, 200, 404] },
        { "GET", "?returnInternalServerErrorOnFailure=true", null, [202, 202, 200, 500, 200, 404] },
        { "GET", "?showHistory=true&showHistoryOutput=true", null, [202, 202, 200, 200, 200, 404] },
        { "POST", "/raiseEvent/other", "{}", [202, 202, 410, 410, 410, 404] },
        { "POST", "/terminate?reason=enough", null, [202, 202, 410, 410, 410, 404] },
        { "POST", "/suspend?reason=enough", null, [202, 202, 410, 410, 410, 404] },
        { "POST", "/resume?reason=enough", null, [202, 202, 410, 410, 410, 404] },
        { "POST", "/rewind?reason=again", null, [412, 412, 412, 202, 412, 404] },
        { "POST", "/restart", null, [202, 202, 202, 202, 202, 400] },
        { "POST", "/restart?restartWithNewInstanceId=false", null, [409, 409, 202, 202, 202, 400] },
        { "DELETE", "", null, [412, 412, 200, 200, 200, 404] },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_InEachState_AnswersAsTheTableSays(string method, string call, string? body, int[] expected)
    {
        await using var host = await ManagementHarness.StartAsync();
        foreach (var (state, code) in States.Zip(expected))
        {
            var id = await host.InStateAsync(state);
            using var content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");

            using var answer = await host.SendAsync(new HttpMethod(method), $"/instances/{id}{call}", content);

            ((int)answer.StatusCode).ShouldBe(code, $"{state}: {await answer.Content.ReadAsStringAsync()}");
            if (answer.StatusCode is >= HttpStatusCode.BadRequest and not HttpStatusCode.InternalServerError)
                answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }
    }
}
