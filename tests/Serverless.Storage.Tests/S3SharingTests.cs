using System.Net;
using System.Text;
using System.Web;

namespace Serverless.Storage.Tests;

/// <summary>URLs by which others read objects, against a real server.</summary>
public sealed class S3SharingTests(S3Fixture server) : IClassFixture<S3Fixture>, IDisposable
{
    private readonly S3ObjectStore _store = server.Open($"tests/{Guid.NewGuid():n}");

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Share_AnObject_IsReadByItsUrlAlone()
    {
        await WriteAsync("shared/a.json", "[1]");

        using var answer = await GetAsync(await _store.ShareAsync("shared/a.json", TimeSpan.FromHours(1)));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("[1]");
    }

    [Theory]
    [InlineData(15000, 15000)]
    [InlineData(30 * 24 * 3600, (7 * 24 * 3600) - 60)]
    public async Task Share_ForATime_LastsAsLongAsThatOrAsSignaturesDo(int seconds, int expected)
    {
        var url = await _store.ShareAsync("shared/a.json", TimeSpan.FromSeconds(seconds));

        var query = HttpUtility.ParseQueryString(url.Query);
        int.Parse(query["X-Amz-Expires"]!).ShouldBeInRange(expected - 60, expected);
        query["X-Amz-Signature"].ShouldNotBeNullOrEmpty();
        url.GetLeftPart(UriPartial.Authority).ShouldBe(server.Options.Endpoint!.GetLeftPart(UriPartial.Authority));
    }

    private static async Task<HttpResponseMessage> GetAsync(Uri url)
    {
        using var http = new HttpClient();
        return await http.GetAsync(url);
    }

    private Task WriteAsync(string name, string text) =>
        _store.WriteAsync(name, async (target, token) => await target.WriteAsync(Encoding.UTF8.GetBytes(text), token), default);
}
