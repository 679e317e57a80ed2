using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Engine.History;

namespace Serverless.Engine.Tests.Histories;

public sealed class SegmentCodecTests
{
    private static readonly DateTime At = new DateTime(2025, 1, 1, 2, 3, 4, DateTimeKind.Utc).AddTicks(1_234_567);

    private static readonly FailureDetails Failure = new(
        "System.IO.IOException", "it \"broke\"\n\u2028", "at X", new FailureDetails("Inner", ""));

    private static readonly InboundEvent[] AllInbound =
    [
        new ExecutionStarted(0),
        new ExecutionStarted(17),
        new TaskSucceeded(1, Json("""{"a":[1,2,{"b":null}]}""")),
        new TaskSucceeded(2, default),
        new TaskFailed(3, Failure),
        new TimerFired(4),
        new EventRaised("job-1", Json("\"done \\u00e9\"")),
        new EventRaised("ping", default),
        new ExecutionSuspended("a break"),
        new ExecutionSuspended(null),
        new ExecutionResumed(null),
        new ExecutionResumed("go on"),
        new ExecutionTerminated(Json("[]"), Recursive: true),
        new ExecutionTerminated(default, Recursive: false),
    ];

    private static readonly DecisionEvent[] AllDecisions =
    [
        new ActivityScheduled(0, "Work \"it\"", Json("42")),
        new ActivityScheduled(1, "Work", default),
        new ChildScheduled(2, "Child", "me:0002", Json("true")),
        new TimerCreated(3, At.AddDays(100)),
        new TimerCreated(4, DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)),
    ];

    [Fact]
    public void Segment_EveryKindOfEvent_ComesBackAsItWas()
    {
        Check(new Segment(At, AllInbound, AllDecisions, null));
        Check(new Segment(At, [], [], null));
        foreach (var status in Enum.GetValues<OrchestrationRuntimeStatus>())
        {
            Check(new Segment(At, [], [], new ExecutionCompleted(status, Json("1"), null)));
            Check(new Segment(At, [], [], new ExecutionCompleted(status, default, Failure)));
        }
    }

    [Fact]
    public void Segment_EveryKindThereIs_IsCovered()
    {
        var kinds = typeof(HistoryEvent).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(HistoryEvent)) && !type.IsAbstract).ToList();

        var covered = new Segment(At, AllInbound, AllDecisions, new ExecutionCompleted(default, default, null)).Events()
            .Select(e => e.GetType()).Distinct();

        covered.ShouldBe(kinds, ignoreOrder: true);
    }

    [Fact]
    public void Segment_AnyTextsAndPayloads_ComeBackAsTheyWere()
    {
        var texts = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => Valid(text.Get));
        var payloads = Gen.OneOf(
            texts.Select(text => JsonSerializer.SerializeToUtf8Bytes(text, TestJson.Default.String)),
            ArbMap.Default.GeneratorFor<int[]>().Select(
                numbers => JsonSerializer.SerializeToUtf8Bytes(numbers, TestJson.Default.Int32Array)),
            Gen.Constant(Array.Empty<byte>()));
        var ids = ArbMap.Default.GeneratorFor<int>();
        var inbound = Gen.OneOf(
            from id in ids from payload in payloads select (InboundEvent)new TaskSucceeded(id, payload),
            from name in texts from payload in payloads select (InboundEvent)new EventRaised(name, payload),
            from id in ids
            from type in texts
            from message in texts
            select (InboundEvent)new TaskFailed(id, new FailureDetails(type, message, message, new FailureDetails(type, ""))),
            texts.Select(text => (InboundEvent)new ExecutionSuspended(text)));
        var decisions = Gen.OneOf(
            from id in ids
            from name in texts
            from payload in payloads
            select (DecisionEvent)new ActivityScheduled(id, name, payload),
            from id in ids
            from name in texts
            from payload in payloads
            select (DecisionEvent)new ChildScheduled(id, name, name, payload),
            from id in ids
            from time in ArbMap.Default.GeneratorFor<DateTime>()
            select (DecisionEvent)new TimerCreated(id, DateTime.SpecifyKind(time, DateTimeKind.Utc)));
        var segments = from events in inbound.ArrayOf() from asked in decisions.ArrayOf()
            select new Segment(At, events, asked, null);

        Prop.ForAll(segments.ToArbitrary(), Check).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z"},{"e":"Unheard"}]""")]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z","more":1}]""")]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z"},{"id":1}]""")]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z"},{"e":"Activity","id":1}]""")]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z"},{"e":"TaskFailed","id":1}]""")]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z"},{"e":"TaskFailed","id":1,"failure":{"kind":1}}]""")]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z"},7]""")]
    [InlineData("""[{"e":"Turn","at":"2025-01-01T00:00:00Z"}""")]
    [InlineData("""[{"e":"Started"}]""")]
    [InlineData("""{"e":"Turn"}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public void Segment_NotAsWeWriteIt_IsRefused(string json) =>
        Should.Throw<JsonException>(() => SegmentReader.Read(Encoding.UTF8.GetBytes(json)));

    private static void Check(Segment segment)
    {
        var bytes = SegmentWriter.Write(segment);
        using var document = JsonDocument.Parse(bytes);
        document.RootElement.GetArrayLength().ShouldBe(segment.Events().Count());

        var read = SegmentReader.Read(bytes);

        read.Events().Select(Text).ShouldBe(segment.Events().Select(Text));
        SegmentWriter.Write(read).ShouldBe(bytes);
    }

    /// <summary>An event with its payloads spelled out: as they are, they compare by reference.</summary>
    private static string Text(HistoryEvent e) => e switch
    {
        TaskSucceeded x => $"{x} {Spell(x.Result)}",
        EventRaised x => $"{x} {Spell(x.Payload)}",
        ExecutionTerminated x => $"{x} {Spell(x.Output)}",
        ActivityScheduled x => $"{x} {Spell(x.Input)}",
        ChildScheduled x => $"{x} {Spell(x.Input)}",
        ExecutionCompleted x => $"{x} {Spell(x.Output)} {x.Failure?.StackTrace}",
        TaskFailed x => $"{x} {x.Failure.StackTrace} {x.Failure.InnerFailure}",
        TimerCreated x => $"{x.TaskId} {x.FireAt:o}",
        TurnStarted x => $"{x.At:o}",
        _ => e.ToString(),
    };

    private static string Spell(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);

    private static ReadOnlyMemory<byte> Json(string json) => Encoding.UTF8.GetBytes(json);

    /// <summary>Half a surrogate pair cannot be written, and becomes a replacement character.</summary>
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
