using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Core.Settings;
using Serverless.Storage;
using Serverless.TestKit;
using Serverless.Workers;

namespace Serverless.EndToEnd.Tests;

/// <summary>A flashpoint that no body of a job can carry, on its way through a real store, the gateway and the emulator, which takes
/// 10 MiB as RunPod does.</summary>
public sealed class LargeInputTests
{
    /// <summary>Every job's first attempt fails, so that what is handed over is needed twice.</summary>
    private const string FirstFails = """{"seed":1,"faults":[{"kind":"handler_error","match":{"attempt":1}}]}""";

    private static readonly string List = $$"""
        [{"id":"small","feeds":[{"text":"The river rose in the night."}]},
         {"id":"large","title":"{{new string('x', 11 * 1024 * 1024)}}","feeds":[{"text":"The flood came over the valley."}]}]
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_OverAnS3Store_HandsTheLargeOneOverByReference(bool isPython)
    {
        using var server = await S3Server.StartAsync();
        using var place = new Workplace();
        place.Write("large.json", List);
        using var store = new S3ObjectStore(S3Address.Parse($"s3://{S3Server.Bucket}/mine")!, Options(server));
        await using var endpoint = await RemoteEndpoint.StartAsync(FirstFails, isPython ? Python() : null);

        using var run = await FanOutProcess.RunAsync(
            place.Path, ["run", "large.json", "--run-id", "r", "--out", "results.json"],
            [.. endpoint.Environment, .. Environment(server), ("LOG_LEVEL", "Debug")]);

        (await run.ExitAsync()).ShouldBe(0, run.Errors);
        place.Entries.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(["small", "large"]);
        (await store.ListAsync("runs/r/shared/", default).ToListAsync()).ShouldHaveSingleItem().ShouldContain("/000001-");
        endpoint.Statistics.JobsSubmitted.ShouldBe(4);
        run.Errors.ShouldContain("are handed over as runs/r/shared/000001-");
        (run.Errors + run.Output).ShouldNotContain("X-Amz-Signature");
        foreach (var file in Directory.GetFiles(place.Path, "*", SearchOption.AllDirectories))
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).ShouldNotContain("X-Amz-Signature", customMessage: file);
    }

    [Fact]
    public async Task Run_OverAFolder_HasItNullAndSaysHowToGoOn()
    {
        using var place = new Workplace();
        place.Write("large.json", List);
        await using var endpoint = await RemoteEndpoint.StartAsync();

        using var run = await FanOutProcess.RunAsync(
            place.Path, ["run", "large.json", "--out", "results.json"], endpoint.Environment);

        (await run.ExitAsync()).ShouldBe(3, run.Errors);
        var failure = place.Report.GetProperty("failures").EnumerateArray().ShouldHaveSingleItem();
        failure.GetProperty("id").GetString().ShouldBe("large");
        failure.GetProperty("error").GetString()!.ShouldContain("RESULT_STORE=s3://");
    }

    [Theory]
    [InlineData("s3://results/mine", "handed over by reference: chunk 1")]
    [InlineData("kept", "so null unless RESULT_STORE is an s3:// one: large")]
    public async Task Plan_WithALargeOne_SaysWhatBecomesOfIt(string store, string expected)
    {
        using var place = new Workplace();
        place.Write("large.json", List);

        using var plan = await FanOutProcess.RunAsync(place.Path, ["plan", "large.json"], ("RESULT_STORE", store));

        (await plan.ExitAsync()).ShouldBe(0, plan.Errors);
        plan.Output.ShouldContain(expected);
    }

    private static (string Name, string Value)[] Environment(S3Server server) =>
    [
        ("RESULT_STORE", $"s3://{S3Server.Bucket}/mine"), ("S3_ENDPOINT", server.Address.AbsoluteUri.TrimEnd('/')),
        ("S3_ACCESS_KEY_ID", S3Server.Key), ("S3_SECRET_ACCESS_KEY", S3Server.Key),
    ];

    private static S3Options Options(S3Server server) =>
        new() { Endpoint = server.Address, AccessKeyId = S3Server.Key, SecretAccessKey = S3Server.Key };

    private static CommandHandler Python() => new(
        $"python3 '{Path.Combine(AppContext.BaseDirectory, "handler.py")}' --stdin",
        TimeProvider.System,
        NullLogger<CommandHandler>.Instance);
}
