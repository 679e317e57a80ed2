using Serverless.RunPod.Replies;

namespace Serverless.RunPod.Tests.Replies;

public sealed class FailureTextTests
{
    [Theory]
    [InlineData("bad flashpoint fp-1", "bad flashpoint fp-1")]
    [InlineData(
        """{"error_type":"<class 'ValueError'>","error_message":"no feed","error_traceback":"…","hostname":"h"}""",
        "ValueError: no feed")]
    [InlineData("""{"error_type":"app.Broken","error_message":"no feed"}""", "app.Broken: no feed")]
    [InlineData("""{"error_message":"no feed"}""", "no feed")]
    [InlineData("""{"error_type":"<class 'KeyError'>","error_message":7}""", "<class 'KeyError'>")]
    [InlineData("""{"other":1}""", """{"other":1}""")]
    [InlineData("{not json", "{not json")]
    [InlineData("""{"error_message":"half \ud83d"}""", """{"error_message":"half \ud83d"}""")]
    public void Unpack_Error_IsReadable(string error, string expected) => FailureText.Unpack(error).ShouldBe(expected);

    [Fact]
    public void Cut_LongText_KeepsItsBeginning()
    {
        FailureText.Cut(new string('a', 1000)).ShouldBe(new string('a', 1000));
        FailureText.Cut(new string('a', 1001)).ShouldBe(new string('a', 999) + "…");
        FailureText.Cut(new string('a', 998) + "😀 and more").ShouldBe(new string('a', 998) + "…");
    }
}
