using System.Net;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Results;

public sealed class RangeTests
{
    private const string Path = "/api/runs/ranged/results";

    [Theory]
    [InlineData("bytes=0-9", 0, 9)]
    [InlineData("bytes=5-", 5, int.MaxValue)]
    [InlineData("bytes=-7", -7, int.MaxValue)]
    [InlineData("bytes=10-999999", 10, int.MaxValue)]
    public async Task Range_Inside_GivesThatPart(string range, int first, int last)
    {
        await using var host = await EndedAsync();
        var whole = (await host.GetAsync(Path)).Body;
        if (first < 0) first += whole.Length;
        last = Math.Min(last, whole.Length - 1);

        var part = (await host.GetAsync(Path, ("Range", range))).With(HttpStatusCode.PartialContent);

        part.Body.ShouldBe(whole[first..(last + 1)]);
        part.Header("Content-Range").ShouldBe($"bytes {first}-{last}/{whole.Length}");
    }

    [Fact]
    public async Task Range_WithTheTag_GivesThePartOrAllWhenItHasChanged()
    {
        await using var host = await EndedAsync();
        var whole = await host.GetAsync(Path);

        var same = await host.GetAsync(Path, ("Range", "bytes=0-3"), ("If-Range", whole.Header("ETag")!));
        var changed = await host.GetAsync(Path, ("Range", "bytes=0-3"), ("If-Range", "\"other\""));

        same.With(HttpStatusCode.PartialContent).Body.Length.ShouldBe(4);
        changed.With(HttpStatusCode.OK).Body.ShouldBe(whole.Body);
    }

    [Fact]
    public async Task Range_Outside_IsAProblem()
    {
        await using var host = await EndedAsync();
        var length = (await host.GetAsync(Path)).Body.Length;

        var answer = await host.GetAsync(Path, ("Range", "bytes=999999-"));

        answer.Status.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        answer.Problem.ShouldBe("range-not-satisfiable");
        answer.Header("Content-Range").ShouldBe($"bytes */{length}");
    }

    /// <summary>Lines are made as they go out: nobody knows where a byte lies before.</summary>
    [Fact]
    public async Task Range_OfLines_IsNotTaken()
    {
        await using var host = await EndedAsync();

        var answer = (await host.GetAsync(Path + "?format=jsonl", ("Range", "bytes=0-3"))).With(HttpStatusCode.OK);

        answer.Header("Accept-Ranges").ShouldBe("none");
        answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(4);
    }

    private static async Task<HostHarness> EndedAsync()
    {
        var host = await HostHarness.StartAsync();
        await host.StartAsync("ranged", count: 4);
        await host.EndOfAsync("ranged");
        return host;
    }
}
