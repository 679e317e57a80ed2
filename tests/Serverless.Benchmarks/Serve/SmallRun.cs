using System.Text;
using System.Text.Json;

namespace Serverless.Benchmarks.Serve;

/// <summary>A small run as a client sees it: posted, followed to its end, its results checked.</summary>
internal sealed class SmallRun(string id, int flashpoints)
{
    public string Id => id;

    public string Body =>
        $$"""{"run_id":"{{id}}","workers":2,"flashpoints":[{{string.Join(',', Enumerable.Range(0, flashpoints).Select(Flashpoint))}}]}""";

    public HttpRequestMessage Post() => new(HttpMethod.Post, "/api/runs")
    {
        Content = new StringContent(Body, Encoding.UTF8, "application/json"),
    };

    /// <exception cref="WrongResultException">They are not this run's, each in its place.</exception>
    public void Check(byte[] results)
    {
        var ids = JsonElement.Parse(results).EnumerateArray().Select(entry => entry.ValueKind == JsonValueKind.Object
            ? entry.GetProperty("id").GetString()
            : null);
        if (!ids.SequenceEqual(Enumerable.Range(0, flashpoints).Select(Name)))
            throw new WrongResultException($"The results of {id} are {Encoding.UTF8.GetString(results)}");
    }

    private string Flashpoint(int index) => $$"""{"id":"{{Name(index)}}","feeds":[{"text":"Rain fell all night on the lower Marle."}]}""";

    private string Name(int index) => $"{id}-{index}";
}
