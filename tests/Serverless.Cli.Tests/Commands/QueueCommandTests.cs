using Serverless.Cli.Tests.Doubles;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Tests.Commands;

public sealed class QueueCommandTests
{
    [Fact]
    public async Task Enqueue_AFile_LeavesItToTheHostThatListensHere()
    {
        using var cli = new CommandLineHarness();
        cli.Environment["LISTEN_URL"] = "http://0.0.0.0:7079";

        (await cli.RunAsync("enqueue", "in.json", "--work-id", "etl-1", "--force")).ShouldBe(0);

        var request = cli.Head.EnqueueRequest.ShouldNotBeNull();
        (request.WorkId, request.Force, request.Host).ShouldBe(("etl-1", true, new Uri("http://127.0.0.1:7079")));
        cli.Output.ShouldContain("Run etl-1 is queued for pods at http://127.0.0.1:7079.");
    }

    [Fact]
    public async Task Enqueue_WhatIsThereAlready_SaysSo()
    {
        using var cli = new CommandLineHarness();
        cli.Head.Enqueued = new("etl-1", IsNew: false);

        (await cli.RunAsync("enqueue", "in.json", "--coordinator", "https://gpu.example.org")).ShouldBe(0);

        cli.Head.EnqueueRequest!.Host.ShouldBe(new Uri("https://gpu.example.org"));
        cli.Output.ShouldContain("Run etl-1 is there already");
    }

    [Theory]
    [InlineData("--coordinator", "gpu.example.org", "Allowed: an http:// or https:// URL.")]
    [InlineData("--work-id", "a b", "Allowed: 1 to 100 letters")]
    public async Task Enqueue_WithAWrongOption_SaysWhatIsAllowed(string option, string value, string says)
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("enqueue", "in.json", option, value)).ShouldBe(2);

        cli.Error.ShouldContain(option);
        cli.Error.ShouldContain(says);
        cli.Head.WasUsed.ShouldBeFalse();
    }

    [Fact]
    public async Task Queue_NeverUsed_SaysSo()
    {
        using var cli = new CommandLineHarness();

        (await cli.RunAsync("queue")).ShouldBe(0);

        cli.Output.ShouldContain("No queue: no run has gone to pods here.");
    }

    [Fact]
    public async Task Queue_WithPods_ShowsDepthAndEachOfThem()
    {
        using var cli = new CommandLineHarness();
        cli.Head.Queue = new QueueView
        {
            Queued = 12,
            Running = 2,
            Completed = 30,
            Failed = 1,
            OldestSeconds = 75,
            LastSeenSeconds = 2,
            Events = [],
            Pods =
            [
                Pod("gpu/h5b2", online: true, new HeldJob
                {
                    Job = "3f9a1c0b-77d2e41a", Name = "etl-1:3:1", Attempt = 2, Done = 4, Flashpoints = 10, HeldSeconds = 61,
                }),
                Pod("gpu/k1", online: false) with { Order = WorkCommand.Drain },
            ],
        };

        (await cli.RunAsync("queue")).ShouldBe(0);

        cli.Output.ShouldContain("Queued: 12  Running: 2  Oldest: 1m 15s  Completed: 30  Failed: 1");
        var rows = cli.Output.Split('\n');
        rows.Single(row => row.Contains("gpu/h5b2")).ShouldContain("working");
        rows.Single(row => row.Contains("gpu/h5b2")).ShouldContain("4/10");
        rows.Single(row => row.Contains("gpu/h5b2")).ShouldNotContain("to drain");
        rows.Single(row => row.Contains("gpu/k1")).ShouldContain("offline, to drain");
    }

    private static PodView Pod(string name, bool online, params HeldJob[] jobs) => new()
    {
        Name = name,
        Online = online,
        LastSeenSeconds = 2,
        Facts = new PodFacts { State = PodState.Working, Gpu = "A5000" },
        Jobs = jobs,
        CompletedJobs = 7,
        Interruptions = 1,
        Losses = 0,
    };
}
