using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Results;
using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Results;

public sealed class JobOutputTests
{
    /// <summary>Output for the flashpoints a, b, c with the indexes 4, 5, 9, and what becomes of them.</summary>
    public static TheoryData<string, string> Usable => new()
    {
        // in order
        { """{"results":[1,"two",{"three":[3]}]}""", """4=1 5="two" 9={"three":[3]}""" },
        { """[1,2,3]""", "4=1 5=2 9=3" },
        { """{"other":0,"results":[false,0,""],"more":{}}""", """4=false 5=0 9="" """ },
        { """[1,null,3]""", "4=1 5!the worker returned null 9=3" },
        { """[null,null,null]""", "4!the worker returned null 5!the worker returned null 9!the worker returned null" },
        { """[{"v":1},{"error":"boom"},{"v":3}]""", """4={"v":1} 5!boom 9={"v":3}""" },
        { """[{"id":"a","v":1},{"v":2},3]""", """4={"id":"a","v":1} 5={"v":2} 9=3""" },
        { """[{"id":"o-1"},{"id":"o-2"},{"id":"o-3"}]""", """4={"id":"o-1"} 5={"id":"o-2"} 9={"id":"o-3"}""" },
        { """[{"id":7},{"id":8},{"id":9}]""", """4={"id":7} 5={"id":8} 9={"id":9}""" },
        { """[[1],[2],[3]]""", "4=[1] 5=[2] 9=[3]" },

        // by id
        { """[{"id":"c","v":3},{"id":"a"},{"id":"b"}]""", """4={"id":"a"} 5={"id":"b"} 9={"id":"c","v":3}""" },
        { """[{"id":"c","v":3}]""", """4? 5? 9={"id":"c","v":3}""" },
        { """[{"id":"b","error":"boom"},{"id":"a","v":1}]""", """4={"id":"a","v":1} 5!boom 9?""" },
        { """[{"id":"a","v":1},{"id":"a","v":2}]""", """4={"id":"a","v":1} 5? 9? duplicates=1""" },
        { """[{"id":"a"},{"id":"x"},{"id":"y"}]""", """4={"id":"a"} 5? 9? foreign=2""" },
        { """[{"id":"a"},{"id":"b"},{"id":"c"},{"id":"d"}]""", """4={"id":"a"} 5={"id":"b"} 9={"id":"c"} foreign=1""" },
        { """[{"id":"a"},null,{"id":"c"}]""", """4={"id":"a"} 5!the worker returned null 9={"id":"c"}""" },
        { """[{"id":"c"},null,{"id":"a"}]""", """4={"id":"a"} 5? 9={"id":"c"}""" },
        { """[null,{"id":"a"}]""", """4={"id":"a"} 5? 9?""" },

        // what counts as an error
        { """[{"error":null},{"error":""},7]""", """4={"error":null} 5={"error":""} 9=7""" },
        { """[{"error":false},8,9]""", """4={"error":false} 5=8 9=9""" },
        { """[{"error":{"code":5}},{"error":["x"]},{"error":7}]""", """4!{"code":5} 5!["x"] 9!7""" },
        { """[{"error":"late","v":1},1,2]""", "4!late 5=1 9=2" },
        { """[{"error":"\ud800"},1,2]""", "4!\"\\ud800\" 5=1 9=2" },
    };

    public static TheoryData<string, string> Unusable => new()
    {
        { "", "there is no output" },
        { "null", "there is no output" },
        { "{}", "has no \"results\"" },
        { """{"output":[1,2,3]}""", "has no \"results\"" },
        { """{"results":"secret"}""", "\"results\" is a text" },
        { """{"results":{"a":1}}""", "\"results\" is an object" },
        { """{"results":null}""", "\"results\" is null" },
        { "\"secret\"", "the output is a text" },
        { "42", "the output is a number" },
        { "true", "the output is true or false" },
        { "[]", "0 entries for 3 flashpoints" },
        { "[1,2]", "2 entries for 3 flashpoints" },
        { "[1,2,3,4]", "4 entries for 3 flashpoints" },
        { "[[1,2,3]]", "1 entries for 3 flashpoints" },
        { """[{"id":"b"},{"v":"secret"},3]""", "entry 0 carries the id of flashpoint 1" },
        { """[{"id":"x"},{"id":"y"}]""", "2 entries for 3 flashpoints" },
        { """{"results":[1,2,""", "not JSON" },
        { "secret", "not JSON" },
        { "[1,2,{\"\\ud800d\":1}]", "not Unicode" },
        { new string('[', Limits.MaxOutputDepth + 1) + new string(']', Limits.MaxOutputDepth + 1), "levels deep" },
    };

    [Theory, MemberData(nameof(Usable))]
    public void Match_UsableOutput_GivesEachFlashpointItsEntry(string output, string expected)
    {
        var match = JobOutput.Match(Encoding.UTF8.GetBytes(output), Entries());

        match.IsUsable.ShouldBeTrue(match.Unusable);
        Show(match).ShouldBe(expected.TrimEnd());
    }

    [Theory, MemberData(nameof(Unusable))]
    public void Match_OtherOutput_IsUnusableWithAReasonThatQuotesNothing(string output, string reason)
    {
        var match = JobOutput.Match(Encoding.UTF8.GetBytes(output), Entries());

        match.IsUsable.ShouldBeFalse();
        match.Unusable!.ShouldContain(reason);
        match.Unusable.ShouldNotContain("secret");
        match.Checkpoints.ShouldBeEmpty();
        match.Missing.Select(entry => entry.Index).ShouldBe([4, 5, 9]);
    }

    [Fact]
    public void Match_BrokenUtf8_IsUnusable()
        => JobOutput.Match(new byte[] { (byte)'"', 0xFF, (byte)'"' }, Entries())
            .Unusable.ShouldBe("the output is not UTF-8");

    [Fact]
    public void Match_NoFlashpointsAndNoEntries_IsUsable()
        => JobOutput.Match("[]"u8.ToArray(), []).ShouldSatisfyAllConditions(
            match => match.IsUsable.ShouldBeTrue(),
            match => match.Checkpoints.ShouldBeEmpty());

    private static List<ChunkEntry> Entries()
        => [.. new[] { (4, "a"), (5, "b"), (9, "c") }
            .Select(one => new ChunkEntry(one.Item1, new Flashpoint(one.Item2, 0, default)))];

    private static string Show(MatchResult match)
    {
        var shown = match.Checkpoints
            .Select(one => (one.Index, Text: one.IsGood ? $"={Encoding.UTF8.GetString(one.Result!.Value.Span)}" : $"!{one.Error}"))
            .Concat(match.Missing.Select(one => (one.Index, Text: "?")))
            .OrderBy(one => one.Index)
            .Select(one => one.Index + one.Text);
        var text = string.Join(' ', shown);
        if (match.DuplicateCount > 0) text += $" duplicates={match.DuplicateCount}";
        return match.ForeignCount > 0 ? $"{text} foreign={match.ForeignCount}" : text;
    }
}
