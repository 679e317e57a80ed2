using System.Text;
using Serverless.Host.Live;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Live;

public sealed class LiveBoardTests
{
    private readonly LiveBoard _board = new();

    [Fact]
    public void Since_NothingSeen_IsTheWholeAsItIsNow()
    {
        _board.Replace(() => Event("old"));
        _board.Change(() => Event("new"), [("a", Event("change"))]);

        Names(_board.Since(0)).ShouldBe(["new"]);
    }

    [Fact]
    public void Since_SomethingSeen_IsWhatChangedInOrder()
    {
        _board.Replace(() => Event("whole"));
        var seen = _board.Since(0).Version;
        _board.Change(() => Event("whole"), [("a", Event("a1"))]);
        _board.Change(() => Event("whole"), [("b", Event("b1")), ("a", Event("a2"))]);

        Names(_board.Since(seen)).ShouldBe(["b1", "a2"]);
    }

    [Fact]
    public void Since_ManyChangesOfOneThing_IsTheLastAlone()
    {
        _board.Replace(() => Event("whole"));
        var seen = _board.Since(0).Version;
        for (var i = 1; i <= 10_000; i++)
        {
            var change = Event($"a{i}");
            _board.Change(() => Event("whole"), [("a", change)]);
        }

        Names(_board.Since(seen)).ShouldBe(["a10000"]);
    }

    [Fact]
    public void Since_ReplacedInBetween_IsTheWholeAgain()
    {
        _board.Replace(() => Event("first"));
        var seen = _board.Since(0).Version;
        _board.Change(() => Event("first"), [("a", Event("a1"))]);
        _board.Replace(() => Event("second"));

        Names(_board.Since(seen)).ShouldBe(["second"]);
    }

    [Fact]
    public async Task Changed_AfterEachKindOfChange_Completes()
    {
        foreach (var change in new Action[]
        {
            () => _board.Replace(() => Event("whole")),
            () => _board.Change(() => Event("whole"), [("a", Event("a1"))]),
            () => _board.Close(Event("end")),
        })
        {
            var view = _board.Since(0);
            view.Changed.IsCompleted.ShouldBeFalse();
            change();
            await view.Changed.WaitAsync(HostHarness.Patience);
        }
    }

    [Fact]
    public void Since_Closed_HasTheEndForEverybody()
    {
        _board.Replace(() => Event("whole"));
        var seen = _board.Since(0).Version;
        _board.Close(Event("end"));
        _board.Close(Event("another"));

        var late = _board.Since(0);
        (late.IsClosed, late.End!.Name).ShouldBe((true, "end"));
        Names(late).ShouldBe(["whole"]);
        _board.Since(seen).End!.Name.ShouldBe("end");
    }

    private static LiveEvent Event(string name) => new(name, Encoding.UTF8.GetBytes("{}"));

    private static IEnumerable<string> Names(LiveView view) => view.Events.Select(item => item.Name);
}
