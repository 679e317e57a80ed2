using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.BadRequests;

/// <summary>Every bad request gets its code and its kind of problem, says what is wrong, and changes nothing.</summary>
public sealed class BadRequestTests(BadRequestHosts hosts) : IClassFixture<BadRequestHosts>
{
    private static readonly Dictionary<string, BadRequest> Requests =
        BadStarts.All.Concat(BadCalls.All).ToDictionary(request => request.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => new(Requests.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_ThatIsBad_IsRefusedAndChangesNothing(string name)
    {
        var request = Requests[name];
        var host = request.IsToKeyedHost ? hosts.Keyed : hosts.Local;
        var before = StateSnapshot.Take(host.Folder);
        using var body = request.ToContent();

        var answer = await host.SendAsync(new HttpMethod(request.Method), request.Path, body, request.Headers);

        answer.Code.ShouldBe(request.Code, answer.Text);
        answer.Problem.ShouldBe(request.Type);
        answer.Field.ShouldBe(request.Field, answer.Text);
        answer.Detail.ShouldContain(request.Says);
        answer.Detail.ShouldNotContain("Exception");
        StateSnapshot.Take(host.Folder).ShouldBe(before);
        Directory.EnumerateFiles(Path.Combine(host.Folder, "results"), "*", SearchOption.AllDirectories)
            .ShouldAllBe(file => !file.Contains("never", StringComparison.Ordinal));
        host.Log.Lines.ShouldAllBe(line => !line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public void Table_Always_HasAtLeastFortyRequests() => Requests.Count.ShouldBeGreaterThanOrEqualTo(40);
}
