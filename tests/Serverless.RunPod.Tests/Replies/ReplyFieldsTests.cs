using System.Text;
using Serverless.RunPod.Replies;

namespace Serverless.RunPod.Tests.Replies;

public sealed class ReplyFieldsTests
{
    [Theory]
    [InlineData("""{"status":"COMPLETED","output":[{"id":"fp-1"} , 2 ],"id":"j"}""", """[{"id":"fp-1"} , 2 ]""")]
    [InlineData("""{"output": "text with \" and }" ,"status":"COMPLETED"}""", "\"text with \\\" and }\"")]
    [InlineData("""{"output":1.50e3}""", "1.50e3")]
    [InlineData("""{"output":true}""", "true")]
    [InlineData("""{"output":{"output":{"output":1}}}""", """{"output":{"output":1}}""")]
    [InlineData("""{"output":""}""", "\"\"")]
    public void TryRead_Output_IsTheBodysOwnBytes(string body, string expected) =>
        Text(Read(body).Output).ShouldBe(expected);

    [Theory]
    [InlineData("""{"status":"COMPLETED"}""")]
    [InlineData("""{"status":"COMPLETED","output":null}""")]
    [InlineData("""{"input":{"output":1},"status":"COMPLETED"}""")]
    public void TryRead_NoOutput_IsNull(string body) => Read(body).Output.ShouldBeNull();

    [Fact]
    public void TryRead_JobView_HasItsTimes()
    {
        var fields = Read(
            """
            {"id":"j","status":"FAILED","delayTime":101050,"executionTime":42078.5,"retries":1,"workerId":"z3",
             "error":"job timed out after 1 retries"}
            """);

        fields.DelayTime.ShouldBe(TimeSpan.FromMilliseconds(101050));
        fields.ExecutionTime.ShouldBe(TimeSpan.FromMilliseconds(42078.5));
        fields.Retries.ShouldBe(1);
        fields.WorkerId.ShouldBe("z3");
        fields.Error.ShouldBe("job timed out after 1 retries");
    }

    [Fact]
    public void TryRead_FieldsOfUnexpectedTypes_CountAsAbsent()
    {
        var fields = Read(
            """{"id":7,"status":{},"delayTime":"soon","executionTime":-1,"retries":"x","workerId":[1],"detail":{}}""");

        fields.ShouldBe(ReplyFields.None with { Body = fields.Body });
    }

    [Fact]
    public void TryRead_DeepOutput_IsNotTooDeep()
    {
        var deep = new string('[', 500) + new string(']', 500);

        Text(Read($$"""{"status":"COMPLETED","output":{{deep}}}""").Output).ShouldBe(deep);
    }

    [Theory]
    [InlineData("""{"status":"FAILED","error":"half \ud83d a pair"}""")]
    [InlineData("""{"status":"FAILED","error":"x","half \ud83d":1}""")]
    public void TryRead_HalfASurrogatePair_StillTellsTheState(string body) => Read(body).State.ShouldBe("FAILED");

    [Fact]
    public void TryRead_BytesThatAreNotUtf8_StillTellTheState()
    {
        byte[] body = [.. """{"status":"FAILED","error":"x"""u8, 0xFF, .. "\"}"u8];

        ReplyFields.TryRead(body).ShouldNotBeNull().State.ShouldBe("FAILED");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{")]
    [InlineData("""{"status":"COMPLETED","output":[1,2""")]
    [InlineData("""{"a":1}{"b":2}""")]
    public void TryRead_NoJsonObject_IsNull(string body) =>
        ReplyFields.TryRead(Encoding.UTF8.GetBytes(body)).ShouldBeNull();

    private static ReplyFields Read(string body) => ReplyFields.TryRead(Encoding.UTF8.GetBytes(body)).ShouldNotBeNull();

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes.ShouldNotBeNull().Span);
}
