using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Settings;
using Serverless.TestKit;

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
    [InlineData("agent exec --checkpoint-dir d --store azure://X -- true", "fanout: --store is \"azure://X\"", "azure://CONTAINER/prefix")]
    [InlineData(
        "agent exec --checkpoint-dir d --store azure://box/run -- true",
        "fanout: --store is \"azure://box/run\", in Azure Blobs, which this build knows nothing of",
        "dotnet publish src/Serverless.Cli.Azure -p:PublishProfile=pod")]
    [InlineData(
        "agent --worker cat --coordinator http://c --checkpoint-dir d --store https://acc.blob.core.windows.net/box",
        "fanout: --store is \"https://acc.blob.core.windows.net/box\", in Azure Blobs, which this build knows nothing of",
        "a folder's path, or s3://bucket/prefix")]
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

    /// <summary>As the build for Azure is made, with settings from wherever they may be.</summary>
    [Fact]
    public async Task Exec_StoreInAzureBlobs_IsOpenedByAzuresOwnSettings()
    {
        var objects = new MemoryObjectStore();
        BlobAddress? opened = null;
        var asked = new Dictionary<string, string?>();
        _harness.Environment["AzureWebJobsStorage"] = " ";
        _harness.Environment["AzureWebJobsStorage__accountName"] = "environment";
        _harness.Write(".env", "AzureWebJobsStorage__accountName=file\nAZURE_CLIENT_ID=client\n");
        _harness.Blobs = (address, setting) =>
        {
            opened = address;
            foreach (var name in new[] { "AzureWebJobsStorage", "AzureWebJobsStorage__accountName", "AZURE_CLIENT_ID" })
                asked[name] = setting(name);
            return objects;
        };

        var exit = await _harness.RunAsync(
            "agent", "exec", "--checkpoint-dir", _harness.FullPath("d"), "--store", "azure://box/run/1", "--provider", "none",
            "--max-restarts", "0", "--", "sh", "-c", "echo '{}' > \"$0\"", _harness.FullPath("d/step_1.json"));

        exit.ShouldBe(ExitCode.Success, _harness.Error);

        opened.ShouldBe(new BlobAddress(null, "box", "run/1/"));
        asked.ShouldBe(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = null,
            ["AzureWebJobsStorage__accountName"] = "environment",
            ["AZURE_CLIENT_ID"] = "client",
        });
        (await objects.OpenReadAsync("checkpoints/000000000001/manifest-000001.json", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Exec_StoreInAzureBlobsThatNothingLeadsTo_SaysWhy()
    {
        _harness.Blobs = (_, _) => throw new InvalidOperationException("AzureWebJobsStorage is not set. Allowed: a connection string.");

        (await _harness.RunAsync("agent", "exec", "--checkpoint-dir", "d", "--store", "azure://box", "--", "true"))
            .ShouldBe(ExitCode.Usage);

        _harness.Error.ShouldContain(
            "fanout: --store is \"azure://box\": AzureWebJobsStorage is not set. Allowed: a connection string.");
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
