using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Protocol.Tests;

/// <summary>The forms of version 1, as they were first written down: pods and hosts of other days must go on reading them.</summary>
public sealed class WireTests
{
    public static TheoryData<string> Forms => new(
        "lease-request", "lease-reply", "heartbeat-request", "heartbeat-reply", "results-request", "results-reply",
        "complete-request", "fail-request", "release-request", "end-reply");

    [Theory]
    [MemberData(nameof(Forms))]
    public void Form_ReadAndWritten_IsTheSame(string name)
    {
        var type = TypeOf(name);

        var read = JsonSerializer.Deserialize(Stored(name), type);

        JsonNode.DeepEquals(JsonNode.Parse(JsonSerializer.Serialize(read, type)), JsonNode.Parse(Stored(name))).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Form_WithMembersOfALaterDay_IsReadAllTheSame(string name)
    {
        var later = JsonNode.Parse(Stored(name))!.AsObject();
        later["of_a_later_day"] = new JsonObject { ["x"] = 1 };

        JsonSerializer.Deserialize(later.ToJsonString(), TypeOf(name)).ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Form_WithoutItsFirstMember_IsRefused(string name)
    {
        var less = JsonNode.Parse(Stored(name))!.AsObject();
        less.Remove(less.First().Key);

        Should.Throw<JsonException>(() => JsonSerializer.Deserialize(less.ToJsonString(), TypeOf(name)));
    }

    [Fact]
    public void Input_HandedThrough_KeepsEveryByte()
    {
        var reply = JsonSerializer.Deserialize(Stored("lease-reply"), WorkJson.Default.LeaseReply)!;

        var written = JsonSerializer.Serialize(reply, WorkJson.Default.LeaseReply);

        written.ShouldContain("""{"run_id":"etl-2026-01-14","flashpoints":[{"id":"fp-1","title":"Flooding é \u00e9"}]}""");
    }

    [Fact]
    public void Value_Null_IsAValue()
    {
        var request = JsonSerializer.Deserialize(Stored("results-request"), WorkJson.Default.ResultsRequest)!;

        request.Entries[1].Value.ShouldBe(new RawJson("null"u8.ToArray()));
    }

    [Fact]
    public void Output_LeftOut_IsEmptyAndStaysOut()
    {
        var text = """{"identity":{"pod":"p","session":"s"},"lease":{"job":"j","token":1}}""";

        var request = JsonSerializer.Deserialize(text, WorkJson.Default.CompleteRequest)!;

        request.Output.IsEmpty.ShouldBeTrue();
        JsonSerializer.Serialize(request, WorkJson.Default.CompleteRequest).ShouldBe(text);
    }

    [Fact]
    public void Members_LeftOut_HaveTheirDefaults()
    {
        var lease = JsonSerializer.Deserialize(
            """{"identity":{"pod":"p","session":"s"},"request_id":"r","facts":{"state":"idle"}}""", WorkJson.Default.LeaseRequest)!;
        var beat = JsonSerializer.Deserialize(
            """{"identity":{"pod":"p","session":"s"},"facts":{"state":"idle"}}""", WorkJson.Default.HeartbeatRequest)!;

        (lease.MaxJobs, lease.WaitSeconds, lease.Holding.Count, beat.Jobs.Count).ShouldBe((1, 0, 0, 0));
    }

    [Theory]
    [InlineData("""{"error":"x","fault":"nobody"}""")]
    [InlineData("""{"error":"x","fault":1}""")]
    [InlineData("""{"error":null,"fault":"handler"}""")]
    public void Fail_WithAnotherWordOrNothing_IsRefused(string members)
    {
        var request = JsonNode.Parse(Stored("fail-request"))!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(members)!.AsObject()) request[key] = value?.DeepClone();

        Should.Throw<JsonException>(() => JsonSerializer.Deserialize(request.ToJsonString(), WorkJson.Default.FailRequest));
    }

    private static JsonTypeInfo TypeOf(string name) => name switch
    {
        "lease-request" => WorkJson.Default.LeaseRequest,
        "lease-reply" => WorkJson.Default.LeaseReply,
        "heartbeat-request" => WorkJson.Default.HeartbeatRequest,
        "heartbeat-reply" => WorkJson.Default.HeartbeatReply,
        "results-request" => WorkJson.Default.ResultsRequest,
        "results-reply" => WorkJson.Default.ResultsReply,
        "complete-request" => WorkJson.Default.CompleteRequest,
        "fail-request" => WorkJson.Default.FailRequest,
        "release-request" => WorkJson.Default.ReleaseRequest,
        "end-reply" => WorkJson.Default.EndReply,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static string Stored(string name)
    {
        using var stream = typeof(WireTests).Assembly.GetManifestResourceStream($"{name}.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
