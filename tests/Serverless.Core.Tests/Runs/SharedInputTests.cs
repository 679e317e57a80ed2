using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.Core.Results;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Flashpoints that the body of a job cannot carry, over a store that can let workers read them.</summary>
public sealed class SharedInputTests
{
    private const string Signature = "SIGNATURE";

    private static readonly string Large = $$"""{"id":"fp-1","title":"{{new string('x', Limits.MaxChunkBytes)}}"}""";

    private static readonly string List = $$"""[{"id":"fp-0"},{{Large}},{"id":"fp-2"}]""";

    [Fact]
    public async Task Run_WithAFlashpointThatNoBodyCarries_HandsItOverByReference()
    {
        var shares = new Shares();
        await using var run = new RunHarness(Answering) { Shares = shares };

        await run.StartAsync(List);
        var summary = await run.EndAsync();

        (summary.Ok, summary.Failed).ShouldBe((true, 0));
        run.Results.ShouldBe(["0", "1", "2"]);
        var job = run.Backend.Submissions.Single(IsByReference);
        job.Request.Input.Length.ShouldBeLessThan(1000);
        var content = run.Objects[SharedNames(run).ShouldHaveSingleItem()];
        Encoding.UTF8.GetString(content).ShouldBe($"[{Large}]");
        var reference = ReferenceOf(job);
        reference.Url.AbsoluteUri.ShouldBe($"https://store.example/{SharedNames(run)[0]}?{Signature}-1");
        (reference.Bytes, reference.Sha256).ShouldBe((content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
    }

    [Fact]
    public async Task Reference_Always_LivesLongerThanItsJob()
    {
        var shares = new Shares();
        await using var run = new RunHarness(Answering) { Shares = shares };

        await run.StartAsync(List);
        await run.EndAsync();

        shares.Lives.ShouldHaveSingleItem().ShouldBeGreaterThan(run.Backend.Submissions.Single(IsByReference).Request.TimeToLive);
    }

    [Fact]
    public async Task Attempt_ThatIsMadeAgain_UploadsNothingAndGetsAFreshUrl()
    {
        await using var run = new RunHarness(job => IsByReference(job) && job.Attempt == 1
            ? JobScript.Of(Look.Failed("out of memory"))
            : Answering(job))
        {
            Shares = new Shares(),
        };

        await run.StartAsync(List);
        (await run.EndAsync()).Ok.ShouldBeTrue();

        var references = run.Backend.Submissions.Where(IsByReference).Select(ReferenceOf).ToList();
        references.Select(reference => reference.Url.Query).ShouldBe([$"?{Signature}-1", $"?{Signature}-2"]);
        references[1].Sha256.ShouldBe(references[0].Sha256);
        run.Objects.WritesOf(SharedNames(run).ShouldHaveSingleItem()).ShouldBe(1);
    }

    [Fact]
    public async Task Flashpoint_ThatKillsWorkersAndGoesByReference_StandsAlone()
    {
        await using var run = new RunHarness(job => IsByReference(job) ? JobScript.Of(Look.WorkerDied) : Answering(job))
        {
            Shares = new Shares(),
        };

        await run.StartAsync(List);
        await run.EndAsync();

        run.Failures.Keys.ShouldBe(["fp-1"]);
        run.Failures["fp-1"].ShouldStartWith("poison: ");
    }

    [Fact]
    public async Task Url_OfWhatIsHandedOver_IsInNoHistoryNoObjectAndNoLog()
    {
        await using var run = new RunHarness(Answering) { Shares = new Shares() };
        await run.StartAsync(List);
        await run.EndAsync();
        await run.StopAsync();

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(run.DatabasePath)!, "*", SearchOption.AllDirectories))
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).ShouldNotContain(Signature, customMessage: file);
        run.Objects.Names.ShouldAllBe(name => !Encoding.Latin1.GetString(run.Objects[name]).Contains(Signature));
        run.Logs.Lines.ShouldNotContain(line => line.Contains(Signature));
        run.Logs.Lines.ShouldContain(line => line.EndsWith($"are handed over as {SharedNames(run)[0]}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Force_OfARunThatHandedOver_LeavesOnlyWhatTheNewChunksHandedOver(bool cleanup)
    {
        await using var run = new RunHarness(Answering) { Shares = new Shares() };
        await run.StartAsync(List, input => input with { Cleanup = cleanup });
        await run.EndAsync();

        await run.StartAsync(List, input => input with { Cleanup = cleanup }, force: true);
        (await run.EndAsync()).Ok.ShouldBeTrue();

        SharedNames(run).ShouldHaveSingleItem().ShouldContain("/shared/000004-");
        await run.Store.DeleteAsync(default);
        run.Objects.Names.ShouldBeEmpty();
    }

    private static bool IsByReference(ScriptedJob job) => Reference.IsOne(job.Input.GetProperty("flashpoints"));

    private static Reference ReferenceOf(ScriptedJob job) =>
        Reference.Read(job.Input.GetProperty("flashpoints"), Limits.MaxFlashpointBytes + 2).Reference.ShouldNotBeNull();

    private static List<string> SharedNames(RunHarness run) =>
        [.. run.Objects.Names.Where(name => name.StartsWith($"runs/{RunHarness.RunName}/shared/", StringComparison.Ordinal))];

    /// <summary>Every flashpoint's result is its number.</summary>
    private static JobScript Answering(ScriptedJob job)
    {
        var ids = IsByReference(job) ? ["fp-1"] : job.Ids;
        return JobScript.Of(Look.Output(JsonSerializer.Serialize(ids.Select(id => int.Parse(id[3..])))));
    }

    private sealed class Shares : ISharesObjects
    {
        public List<TimeSpan> Lives { get; } = [];

        public Task<Uri> ShareAsync(string name, TimeSpan life)
        {
            Lives.Add(life);
            return Task.FromResult(new Uri($"https://store.example/{name}?{Signature}-{Lives.Count}"));
        }
    }
}
