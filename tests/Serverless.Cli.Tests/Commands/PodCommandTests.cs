using Serverless.Cli.Tests.Doubles;
using Serverless.Protocol;

namespace Serverless.Cli.Tests.Commands;

public sealed class PodCommandTests
{
    [Theory]
    [InlineData("drain", WorkCommand.Drain, "gpu/h5b2 finishes what it holds (2 jobs), takes nothing more, and its agent ends.")]
    [InlineData("stop", WorkCommand.Stop, "gpu/h5b2 gives back what it holds (2 jobs), takes nothing more, and its agent ends.")]
    public async Task Pod_Ordered_IsToldByTheHostThatListensHere(string word, WorkCommand order, string says)
    {
        using var cli = new CommandLineHarness();
        cli.Environment["LISTEN_URL"] = "http://0.0.0.0:7079";
        cli.Head.JobsOfPods = 2;

        (await cli.RunAsync("pod", word, "gpu/h5b2")).ShouldBe(0, cli.Error);

        cli.Head.PodOrder.ShouldBe(new("gpu/h5b2", order, new Uri("http://127.0.0.1:7079")));
        cli.Output.ShouldBe($"{says} To take that back: fanout pod {word} gpu/h5b2 --undo\n");
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("stop")]
    public async Task Order_Undone_IsTakenBackByTheHostThatIsNamed(string word)
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("pod", word, "gpu/h5b2", "--undo", "--coordinator", "https://gpu.example.org")).ShouldBe(0, cli.Error);

        cli.Head.PodOrder.ShouldBe(new("gpu/h5b2", WorkCommand.Continue, new Uri("https://gpu.example.org")));
        cli.Output.ShouldStartWith("gpu/h5b2 may have work again.");
    }

    [Theory]
    [InlineData("h5b2")]
    [InlineData("gpu/")]
    [InlineData("/h5b2")]
    [InlineData("gpu/a/b")]
    public async Task Pod_ThatCanBeNone_IsRefusedWithWhatIsAllowed(string pod)
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("pod", "drain", pod)).ShouldBe(2);

        cli.Error.ShouldContain($"POD is \"{pod}\". Allowed: KEY-NAME/POD, as fanout queue lists it.");
        cli.Head.WasUsed.ShouldBeFalse();
    }

    [Fact]
    public async Task Pod_WithoutAnOrder_SaysWhichThereAre()
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("pod")).ShouldBe(2);

        cli.Head.WasUsed.ShouldBeFalse();
    }
}
