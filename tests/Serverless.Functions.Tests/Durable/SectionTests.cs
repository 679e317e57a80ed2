using System.Text;
using Serverless.Core.Flashpoints;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Durable;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Durable;

/// <summary>A run of so many chunks that sections start their groups, on Durable Task itself.</summary>
public sealed class SectionTests
{
    private const string RunName = "large";
    private const int Chunks = 12_501;

    /// <summary>Durable Task Scheduler refuses messages over about a mebibyte.</summary>
    private const int MaxMessageBytes = 1024 * 1024;

    /// <summary>Only ever reached by a test that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly MemoryObjectStore _objects = new();
    private readonly ScriptedBackend _backend = new()
    {
        Script = _ => JobScript.Of(job => Look.Completed(job) with { DelayTime = null, ExecutionTime = TimeSpan.FromSeconds(3) }),
    };

    [Fact]
    public async Task Run_OfVeryManyChunks_StopsInAllSectionsWhenItsBudgetIsSpent()
    {
        InProcessEngine? running = null;
        var environment = new RunEnvironment { Objects = _objects, Backends = _ => _backend, Client = () => running!.Client };
        await using var engine = running = await InProcessEngine.StartAsync(environment.CreateRegistry());

        await StartAsync(engine.Client);
        var ended = await engine.Client.WaitForInstanceCompletionAsync(RunName, getInputsAndOutputs: true).WaitAsync(Patience);

        ended.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed, ended.FailureDetails?.ToString());
        var summary = ended.ReadOutputAs(RunJson.Default.RunSummary)!;
        _backend.Submissions.Count.ShouldBeInRange(36, 60);
        (summary.ChunkCount, summary.Cost).ShouldBe((Chunks, 1.5m * _backend.Submissions.Count));
        summary.NotRun.ShouldBe(Chunks - _backend.Submissions.Count);
        await CheckPayloadsAsync(engine);
    }

    private async Task StartAsync(DurableClient client)
    {
        var list = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, Chunks).Select(i => $$"""{"id":"fp-{{i}}"}""")));
        var manifest = await RunStore.MeasureAsync(Read(list), default);
        var input = new RunInput
        {
            RunId = RunName,
            Date = "2025-01-01",
            Trigger = "manual",
            Workers = 6,
            Backend = _backend.Address,
            Flashpoints = manifest.Count,
            ManifestSha256 = manifest.Sha256,
            ChunkSize = 1,
            PollSeconds = 0.001,
            PricePerSecond = 0.5m,
            MaxCost = 60,
        };
        await new RunControl(client, _objects).StartAsync(input, manifest, Read(list), default);
    }

    private static IAsyncEnumerable<Flashpoint> Read(byte[] list) => FlashpointReader.ReadAsync(new MemoryStream(list), default);

    private static async Task CheckPayloadsAsync(InProcessEngine engine)
    {
        var names = new HashSet<string>();
        var query = new Microsoft.DurableTask.Client.OrchestrationQuery { FetchInputsAndOutputs = true };
        await foreach (var instance in engine.Native.GetAllInstancesAsync(query))
        {
            names.Add(instance.Name);
            foreach (var payload in new[] { instance.SerializedInput, instance.SerializedOutput, instance.SerializedCustomStatus })
                Encoding.UTF8.GetByteCount(payload ?? "").ShouldBeLessThan(MaxMessageBytes / 100, instance.InstanceId);
        }

        names.Order().ShouldBe([Names.Chunk, Names.FanOut, Names.Group, Names.Section]);
    }
}
