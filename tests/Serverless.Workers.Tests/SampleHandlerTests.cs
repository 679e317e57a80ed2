using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.TestKit;

namespace Serverless.Workers.Tests;

public sealed class SampleHandlerTests
{
    private const string TwoFlashpoints =
        """{"worker":2,"flashpoints":[{"id":"a","feeds":["The river rose in the night."]},{"id":"b","feeds":[]}]}""";

    [Fact]
    public async Task Handle_SeveralFlashpoints_EmitsEachAndReturnsAllInOrder()
    {
        List<JsonElement> emitted = [];
        var output = await Handle(TwoFlashpoints, emitted);
        output.EnumerateObject().Single().Name.ShouldBe("results");
        output.GetProperty("results").EnumerateArray().Select(entry => entry.GetRawText())
            .ShouldBe(emitted.Select(entry => entry.GetRawText()));
        emitted.Select(entry => entry.GetProperty("id").GetString()).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Handle_OneShortFeed_ReportsEveryField()
    {
        const string text = "L'été, le vent est fort. L'eau est froide !";
        var output = await Handle($$"""{"flashpoints":[{"id":"a","feeds":["{{text}}"]}]}""");
        var entry = output.GetProperty("results")[0];
        entry.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["id", "language", "language_confidence", "key_phrases", "summary", "words", "sentences", "feeds"]);
        entry.GetProperty("language").GetString().ShouldBe("fr");
        entry.GetProperty("language_confidence").GetDouble().ShouldBeInRange(0.5, 1);
        entry.GetProperty("summary").GetString().ShouldBe(text);
        entry.GetProperty("words").GetInt32().ShouldBe(8);
        entry.GetProperty("sentences").GetInt32().ShouldBe(2);
        entry.GetProperty("feeds").GetInt32().ShouldBe(1);
        entry.GetRawText().ShouldContain("été", Case.Sensitive, "letters stay letters");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("""["https://news.example.org/a", " http://b.example.net/?q=1 "]""")]
    [InlineData("""[{"url":"https://news.example.org/a"},{"text":null},{"text":7},{"text":" \n "},[],null,7]""")]
    [InlineData("""["... !!! ---"]""")]
    [InlineData("""["cut in the middle \ud83d"]""")]
    public async Task Handle_FeedsWithoutText_GiveAnErrorEntry(string feeds)
    {
        var output = await Handle($$"""{"flashpoints":[{"id":"a","feeds":{{feeds}}}]}""");
        output.GetProperty("results")[0].GetRawText().ShouldBe("""{"id":"a","error":"no text in its feeds"}""");
    }

    [Fact]
    public async Task Handle_FlashpointWithoutFeeds_GivesAnErrorEntry() =>
        (await Handle("""{"flashpoints":[{"id":"a"}]}""")).GetProperty("results")[0].GetProperty("error").GetString()
            .ShouldBe("no text in its feeds");

    [Fact]
    public async Task Handle_MixedFeeds_CountsThoseWithText()
    {
        var feeds = """["https://a.example.org", "The wind was strong.", {"text":"The rain was cold."}, {"url":"x"}]""";
        var output = await Handle($$"""{"flashpoints":[{"id":"a","feeds":{{feeds}}}]}""");
        output.GetProperty("results")[0].GetProperty("feeds").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("null", "input.flashpoints must be an array")]
    [InlineData("{}", "input.flashpoints must be an array")]
    [InlineData("""{"flashpoints":{}}""", "input.flashpoints must be an array")]
    [InlineData("""{"flashpoints":[{"id":"a"},{"id":7}]}""", "input.flashpoints[1].id must be a string")]
    [InlineData("""{"flashpoints":["a"]}""", "input.flashpoints[0].id must be a string")]
    public async Task Handle_BadInput_NamesTheField(string input, string message) =>
        (await Should.ThrowAsync<WorkerHandlerException>(() => Handle(input))).Message.ShouldStartWith(message);

    [Fact]
    public async Task Handle_Always_LogsInTheKnownWords()
    {
        var logger = new RecordedLog<SampleHandler>();
        var handler = new SampleHandler(new(), new ManualClock(), logger);
        await handler.HandleAsync(TestJob.Of(TwoFlashpoints), TestJob.Ignore, default);
        logger.Lines.ShouldBe(
        [
            "Information: Worker 2 starting with 2 flashpoints",
            "Information: Worker 2 completed flashpoint a",
            "Information: Worker 2 completed flashpoint b",
            "Information: Worker 2 completed all 2 flashpoints",
        ]);
    }

    [Fact]
    public async Task Handle_WithTimePerFlashpoint_TakesItForEach()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        var options = new SampleHandlerOptions { SecondsPerFlashpoint = TimeSpan.FromSeconds(10) };
        var handler = new SampleHandler(options, clock, NullLogger<SampleHandler>.Instance);
        var handling = handler.HandleAsync(TestJob.Of(TwoFlashpoints), TestJob.Ignore, default);
        foreach (var second in new[] { 10, 20 })
        {
            await clock.WhenTimerDueBy(start.AddSeconds(second));
            clock.NextDue.ShouldBe(start.AddSeconds(second));
            handling.IsCompleted.ShouldBeFalse();
            clock.AdvanceTo(start.AddSeconds(second));
        }

        (await handling).GetProperty("results").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Handle_CancelledWhileWaiting_StopsAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        var options = new SampleHandlerOptions { SecondsPerFlashpoint = TimeSpan.FromHours(1) };
        var handler = new SampleHandler(options, new ManualClock(), NullLogger<SampleHandler>.Instance);
        var handling = handler.HandleAsync(TestJob.Of(TwoFlashpoints), TestJob.Ignore, cancellation.Token);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => handling);
    }

    [Fact]
    public async Task Handle_CancelledBetweenFlashpoints_DoesNoMore()
    {
        using var cancellation = new CancellationTokenSource();
        var emitted = 0;
        var handler = new SampleHandler(new(), new ManualClock(), NullLogger<SampleHandler>.Instance);
        await Should.ThrowAsync<OperationCanceledException>(() => handler.HandleAsync(
            TestJob.Of(TwoFlashpoints),
            async _ =>
            {
                emitted++;
                await cancellation.CancelAsync();
            },
            cancellation.Token));
        emitted.ShouldBe(1);
    }

    [Fact]
    public void Handle_AnyTexts_GivesOneEntryAndNeverFails() =>
        Prop.ForAll<NonNull<string>[]>(texts =>
        {
            // Half a surrogate pair cannot be written; a test of its own reads one.
            var feeds = texts.Select(text => new string([.. text.Get.Where(one => !char.IsSurrogate(one))]));
            var input = JsonText.Element(json => WriteInput(json, feeds)).GetRawText();
            return Handle(input).GetAwaiter().GetResult().GetProperty("results").GetArrayLength() == 1;
        }).QuickCheckThrowOnFailure();

    private static void WriteInput(Utf8JsonWriter json, IEnumerable<string> feeds)
    {
        json.WriteStartObject();
        json.WriteStartArray("flashpoints");
        json.WriteStartObject();
        json.WriteString("id", "a");
        json.WriteStartArray("feeds");
        foreach (var feed in feeds) json.WriteStringValue(feed);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Task<JsonElement> Handle(string input, List<JsonElement>? emitted = null)
    {
        var handler = new SampleHandler(new(), new ManualClock(), NullLogger<SampleHandler>.Instance);
        return handler.HandleAsync(
            TestJob.Of(input),
            entry =>
            {
                emitted?.Add(entry);
                return ValueTask.CompletedTask;
            },
            default);
    }
}
