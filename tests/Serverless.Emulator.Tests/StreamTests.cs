using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Serverless.Emulator.Tests.Support;

namespace Serverless.Emulator.Tests;

public sealed class StreamTests
{
    [Fact]
    public async Task Stream_GeneratorEmits_EachReadTakesWhatIsNew()
    {
        var entries = Channel.CreateUnbounded<string>();
        await using var pod = await TestEmulator.StartAsync(Generator(entries.Reader));
        var id = await pod.RunAsync();

        await entries.Writer.WriteAsync("""{"id":"fp-1"}""");
        var first = await pod.GetAsync($"stream/{id}");
        var second = pod.GetAsync($"stream/{id}");
        await entries.Writer.WriteAsync("2");

        first.Text.ShouldBe("""{"status":"IN_PROGRESS","stream":[{"output":{"id":"fp-1"}}]}""");
        (await second).Text.ShouldBe("""{"status":"IN_PROGRESS","stream":[{"output":2}]}""");
        entries.Writer.Complete();
        (await pod.EndAsync(id))["output"].GetRawText().ShouldBe("[]");
        (await pod.GetAsync($"stream/{id}")).Text.ShouldBe("""{"status":"COMPLETED","stream":[]}""");
    }

    [Fact]
    public async Task Stream_NothingComes_AnswersEmptyAfterTenSeconds()
    {
        var options = new EmulatorOptions { IdleTimeout = TimeSpan.FromHours(1) };
        await using var pod = await TestEmulator.StartAsync(new HeldHandler(), options);
        var id = await pod.RunAsync();
        var due = pod.Clock.GetUtcNow().AddSeconds(10);

        var call = pod.GetAsync($"stream/{id}");
        await pod.Clock.WhenTimerDueBy(due);
        pod.Clock.AdvanceTo(due.AddMilliseconds(-1));
        call.IsCompleted.ShouldBeFalse();
        pod.Clock.AdvanceTo(due);

        (await call).Text.ShouldBe("""{"status":"IN_PROGRESS","stream":[]}""");
    }

    [Fact]
    public async Task Stream_AggregateAsked_OutputIsTheList()
    {
        var entries = Channel.CreateUnbounded<string>();
        var options = new EmulatorOptions { ReturnAggregateStream = true };
        await using var pod = await TestEmulator.StartAsync(Generator(entries.Reader), options);
        var id = await pod.RunAsync();

        await entries.Writer.WriteAsync("1");
        await entries.Writer.WriteAsync("""{"id":"fp-2"}""");
        entries.Writer.Complete();

        (await pod.EndAsync(id))["output"].GetRawText().ShouldBe("""[1,{"id":"fp-2"}]""");
    }

    [Fact]
    public async Task Stream_EntryWithError_FailsTheJobAndStopsTheGenerator()
    {
        var entries = Channel.CreateUnbounded<string>();
        await using var pod = await TestEmulator.StartAsync(Generator(entries.Reader));
        var id = await pod.RunAsync();

        await entries.Writer.WriteAsync("1");
        await entries.Writer.WriteAsync("""{"id":"fp-2","error":"no text"}""");
        await entries.Writer.WriteAsync("3");

        var end = await pod.EndAsync(id);
        end.Status.ShouldBe("FAILED");
        end["error"].GetString().ShouldBe("no text");
        (await pod.GetAsync($"stream/{id}")).Text.ShouldBe("""{"status":"FAILED","stream":[{"output":1}]}""");
    }

    [Fact]
    public async Task Stream_EntryOverOneMegabyte_ComesInPieces()
    {
        var text = string.Concat(Enumerable.Repeat("é😀\"", 400_000));
        var handler = new TestHandler(async (_, emit, _) =>
        {
            await emit(JsonElement.Parse(JsonSerializer.Serialize(text)));
            return default;
        });
        await using var pod = await TestEmulator.StartAsync(handler);
        var id = await pod.RunAsync();
        await pod.EndAsync(id);

        var pieces = (await pod.GetAsync($"stream/{id}"))["stream"].EnumerateArray()
            .Select(chunk => chunk.GetProperty("output")).ToList();

        pieces.Count.ShouldBeGreaterThan(1);
        pieces.ShouldAllBe(piece => piece.GetRawText().Length <= 1_000_000);
        var whole = string.Concat(pieces.Select(piece => piece.GetString()));
        JsonSerializer.Deserialize<string>(whole).ShouldBe(text);
    }

    [Fact]
    public async Task Stream_JobUnknown_AnswersNotFound()
    {
        await using var pod = await TestEmulator.StartAsync(TestHandler.Echo);

        (await pod.GetAsync("stream/x")).ShouldBeProblem(HttpStatusCode.NotFound, "job not found");
    }

    private static TestHandler Generator(ChannelReader<string> entries) =>
        new TestHandler(async (_, emit, cancellationToken) =>
        {
            await foreach (var entry in entries.ReadAllAsync(cancellationToken)) await emit(JsonElement.Parse(entry));
            return default;
        });
}
