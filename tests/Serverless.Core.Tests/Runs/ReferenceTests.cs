using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Results;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Runs;

/// <summary>Outputs that a handler has put elsewhere.</summary>
public sealed class ReferenceTests
{
    private const string Content = """{"results":[{"id":"fp-0","value":"far away"}]}""";

    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content)));

    [Fact]
    public async Task Run_WhoseOutputIsAReference_HasWhatItNames()
    {
        await using var run = Harness(Reference(Content.Length, Digest), _ => Bytes(Content));

        var summary = await run.RunAsync(1);

        summary.Ok.ShouldBeTrue();
        run.Results.ShouldBe(["""{"id":"fp-0","value":"far away"}"""]);
    }

    [Theory]
    [InlineData(10, "what its reference names is larger than the 10 bytes that it says")]
    [InlineData(1000, "what its reference names has 46 bytes, not the 1000 that it says")]
    public async Task Run_WhoseReferenceHasAnotherSize_RefusesIt(int bytes, string reason)
    {
        await using var run = Harness(Reference(bytes, Digest), _ => Bytes(Content));

        await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        run.Failures["fp-0"].ShouldBe($"the job completed without a usable output: {reason}");
    }

    [Fact]
    public async Task Run_WhoseReferenceHasAnotherDigest_RefusesIt()
    {
        await using var run = Harness(Reference(Content.Length, new string('0', 64)), _ => Bytes(Content));

        await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        run.Failures["fp-0"].ShouldContain($"SHA-256 {Digest}, not 0000");
    }

    [Theory]
    [InlineData("""{"ref":7,"bytes":1,"sha256":""}""", "\"ref\" is not a URL")]
    [InlineData("""{"ref":"s3://b/k","bytes":-1,"sha256":""}""", "\"bytes\" of its reference")]
    [InlineData("""{"ref":"s3://b/k","bytes":600000000,"sha256":""}""", "\"bytes\" of its reference")]
    [InlineData("""{"ref":"s3://b/k","bytes":1,"sha256":"xyz"}""", "\"sha256\" of its reference")]
    public async Task Run_WhoseReferenceIsIllFormed_SaysWhatIsWrong(string output, string reason)
    {
        await using var run = Harness(output, _ => Bytes(Content));

        await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        run.Failures["fp-0"].ShouldContain(reason);
    }

    [Fact]
    public async Task Run_WhoseReferenceCannotBeHadNow_AsksAgainAndUsesUpNoAttempt()
    {
        var calls = 0;
        await using var run = Harness(
            Reference(Content.Length, Digest),
            _ => ++calls < 4 ? throw new ReferenceUnavailableException("the store is down") : Bytes(Content));

        var summary = await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        summary.Ok.ShouldBeTrue();
        run.Backend.Submissions.Count.ShouldBe(1);
        calls.ShouldBe(4);
    }

    [Fact]
    public async Task Run_WhoseReferenceBreaksOff_AsksAgain()
    {
        var calls = 0;
        await using var run = Harness(
            Reference(Content.Length, Digest),
            _ => ++calls == 1 ? throw new IOException("connection reset") : Bytes(Content));

        (await run.RunAsync(1, input => input with { MaxAttempts = 1 })).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_WithNobodyToFetchReferences_SaysWhichSettingDoes()
    {
        await using var run = new RunHarness(_ => JobScript.Of(Look.Output(Reference(Content.Length, Digest))));

        await run.RunAsync(1, input => input with { MaxAttempts = 1 });

        run.Failures["fp-0"].ShouldContain("RESULT_REF_ALLOW");
    }

    private static RunHarness Harness(string output, Func<Uri, Stream> open) =>
        new(_ => JobScript.Of(Look.Output(output))) { References = new Reader(open) };

    private static string Reference(int bytes, string digest) =>
        $$"""{"ref":"https://results.example/a.json","bytes":{{bytes}},"sha256":"{{digest}}"}""";

    private static MemoryStream Bytes(string content) => new(Encoding.UTF8.GetBytes(content));

    private sealed class Reader(Func<Uri, Stream> open) : IReferenceReader
    {
        public Task<Stream> OpenAsync(Uri reference, CancellationToken cancellationToken) => Task.FromResult(open(reference));
    }
}
