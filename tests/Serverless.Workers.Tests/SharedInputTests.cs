using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.TestKit;

namespace Serverless.Workers.Tests;

/// <summary>Both sample workers, given flashpoints by reference over real HTTP.</summary>
public sealed class SharedInputTests
{
    private const string Content = """[{"id":"a","feeds":["The flood came over the valley in the night."]}]""";

    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content)));

    /// <summary>What is wrong, and what each worker says of it.</summary>
    public static TheoryData<int, string, int, string, string> Wrong => new()
    {
        { 200, Content, Content.Length - 1, Digest, "is larger than the 68 bytes|has more bytes, not 68" },
        { 200, Content, Content.Length + 9, Digest, "has 69 bytes, not the 78|has 69 bytes, not 78" },
        { 200, Content, Content.Length, new string('0', 64), "not 0000|another SHA-256 than 0000" },
        { 403, Content, Content.Length, Digest, "the server answered 403|the server answered 403" },
        { 302, Content, Content.Length, Digest, "the server answered 302|the server answered 302" },
    };

    [Fact]
    public async Task SampleHandler_GivenAReference_HandlesWhatItNames()
    {
        using var site = new Site(200, Content);

        var output = await HandleAsync(site, Content.Length, Digest);

        output.GetProperty("results")[0].GetProperty("id").GetString().ShouldBe("a");
    }

    [PythonFact]
    public async Task Python_GivenAReference_HandlesWhatItNames()
    {
        using var site = new Site(200, Content);

        var output = await RunPythonAsync(site, Content.Length, Digest);

        output[0].GetProperty("id").GetString().ShouldBe("a");
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task SampleHandler_GivenAReferenceToSomethingElse_FailsAndSaysWhy(
        int status, string content, int bytes, string digest, string reasons)
    {
        using var site = new Site(status, content);

        var error = await Should.ThrowAsync<WorkerHandlerException>(() => HandleAsync(site, bytes, digest));

        error.Message.ShouldStartWith("input.flashpoints: ");
        error.Message.ShouldContain(reasons.Split('|')[0]);
        error.ToString().ShouldNotContain("secret");
    }

    [PythonFact]
    public async Task Python_GivenAReferenceToSomethingElse_FailsAndSaysWhy()
    {
        foreach (var row in Wrong)
        {
            var (status, content, bytes) = ((int)row[0], (string)row[1], (int)row[2]);
            using var site = new Site(status, content);

            var error = await Should.ThrowAsync<Exception>(() => RunPythonAsync(site, bytes, (string)row[3]));

            error.Message.ShouldContain(((string)row[4]).Split('|')[1]);
            error.ToString().ShouldNotContain("secret");
        }
    }

    [Theory]
    [InlineData("""{"ref":"s3://bucket/a","bytes":1,"sha256":"{0}"}""", "this worker reads https:// and http:// alone, not s3://")]
    [InlineData("""{"ref":"file:///etc/passwd","bytes":1,"sha256":"{0}"}""", "not file://")]
    [InlineData("""{"ref":"https://x.example/a","bytes":99999999,"sha256":"{0}"}""", "\"bytes\" of its reference")]
    [InlineData("""{"ref":"https://x.example/a","bytes":1,"sha256":"short"}""", "\"sha256\" of its reference")]
    public async Task SampleHandler_GivenAReferenceThatIsNone_NamesTheField(string reference, string reason)
    {
        var job = TestJob.Of($$"""{"flashpoints":{{reference.Replace("{0}", Digest, StringComparison.Ordinal)}}}""");

        var error = await Should.ThrowAsync<WorkerHandlerException>(() => Handler().HandleAsync(job, TestJob.Ignore, default));

        error.Message.ShouldStartWith("input.flashpoints: ");
        error.Message.ShouldContain(reason);
    }

    private static Task<JsonElement> HandleAsync(Site site, int bytes, string digest) =>
        Handler().HandleAsync(Job(site, bytes, digest), TestJob.Ignore, default);

    private static Task<JsonElement> RunPythonAsync(Site site, int bytes, string digest)
    {
        var command = $"python3 '{RepositoryFile.Find("samples/worker/handler.py")}' --stdin";
        return new CommandHandler(command, new ManualClock(), NullLogger<CommandHandler>.Instance)
            .HandleAsync(Job(site, bytes, digest), TestJob.Ignore, default);
    }

    private static SampleHandler Handler() => new(new(), new ManualClock(), NullLogger<SampleHandler>.Instance);

    private static WorkerJob Job(Site site, int bytes, string digest) => TestJob.Of(
        $$"""{"flashpoints":{"ref":"{{site.Address}}a.json?signature=secret","bytes":{{bytes}},"sha256":"{{digest}}"} }""");
}
