using Serverless.Cli.Tests.Doubles;

namespace Serverless.Cli.Tests.Commands;

/// <summary>What is typed wrongly after <c>fanout agent</c> and <c>fanout spot-monitor</c>: nothing is started.</summary>
public sealed class AgentCommandTests : IDisposable
{
    private readonly CommandLineHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData("agent", "fanout: --worker is missing", "Give --worker, or set WORKER_COMMAND or WORKER_URL.")]
    [InlineData("agent --worker cat", "fanout: --coordinator is missing", "Give --coordinator, or set COORDINATOR_URL.")]
    [InlineData("agent --worker cat --serve cat --coordinator http://c", "fanout: --serve is given, but --worker is a command", "Allowed:")]
    [InlineData("agent --worker cat --coordinator ftp://c", "fanout: --coordinator is \"ftp://c\"", "an http:// or https:// URL")]
    [InlineData("agent --worker cat --coordinator http://c --jobs 0", "fanout: --jobs is \"0\"", "a whole number from 1 to 100")]
    [InlineData("agent --worker cat --coordinator http://c --pod a/b", "fanout: --pod is \"a/b\"", "without /")]
    [InlineData("agent --worker cat --coordinator http://c --checkpoint-dir d", "fanout: --store is missing", "CHECKPOINT_STORE")]
    [InlineData("agent --worker 'cat --coordinator http://c", "fanout: --worker is \"'cat\"", "never closed")]
    [InlineData("agent exec", "fanout: COMMAND is missing", "fanout agent exec --help")]
    [InlineData("agent exec --store s -- true", "fanout: --checkpoint-dir is missing", "fanout agent exec --help")]
    [InlineData("agent exec --checkpoint-dir d -- true", "fanout: --store is missing", "CHECKPOINT_STORE")]
    [InlineData("agent exec --checkpoint-dir d --store ftp://x -- true", "fanout: --store is \"ftp://x\"", "s3://bucket/prefix")]
    [InlineData("agent exec --bogus -- true", "fanout: option \"--bogus\" is not known", "fanout agent exec --help")]
    [InlineData("agent exec --checkpoint-dir d --store s --keep 0 -- true", "fanout: --keep is \"0\"", "from 1 to 1000")]
    [InlineData("agent exec --checkpoint-dir d --store s --provider ibm -- true", "fanout: --provider is \"ibm\"", "auto, aws, google")]
    [InlineData("agent exec --checkpoint-dir d --store s -- no-such-program", "fanout: 'no-such-program' could not be started", "Allowed:")]
    [InlineData(
        "agent exec --checkpoint-dir d --store s --watch-output --probe http://x -- true", "fanout: --heartbeat-file, --probe and",
        "one of the three")]
    [InlineData("spot-monitor --provider", "fanout: --provider needs a value", "fanout spot-monitor --help")]
    public async Task Typed_Wrongly_SaysWhatIsAllowed(string line, string error, string hint)
    {
        (await _harness.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Usage);

        _harness.Error.ShouldContain(error);
        _harness.Error.ShouldContain(hint);
    }

    [Fact]
    public async Task Exec_CommandThatFailsWithoutRestarts_Fails()
    {
        (await _harness.RunAsync(
            "agent", "exec", "--checkpoint-dir", _harness.FullPath("d"), "--store", _harness.FullPath("s"), "--provider", "none",
            "--max-restarts", "0", "--", "sh", "-c", "exit 7")).ShouldBe(ExitCode.Failed);

        _harness.Error.ShouldContain("Worker unhealthy (ended with exit code 7)");
        _harness.Error.ShouldContain("fanout: the command failed, and is not started again");
    }

    [Theory]
    [InlineData("none", "this is no machine of AWS")]
    [InlineData("runpod", "RunPod gives no notice that could be shown")]
    public async Task SpotMonitor_WithNobodyToAsk_SaysSo(string provider, string error)
    {
        (await _harness.RunAsync("spot-monitor", "--provider", provider)).ShouldBe(ExitCode.Failed);

        _harness.Error.ShouldContain(error);
    }
}
