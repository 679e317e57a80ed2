using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.TestKit;

namespace Serverless.Workers.Tests;

/// <summary>samples/worker/handler.py, run as a command.</summary>
public sealed class SampleWorkerTests
{
    private readonly RecordedLog<CommandHandler> _logger = new();

    [PythonFact]
    public async Task Command_AllSamples_GivesEntriesLikeTheSampleHandlers()
    {
        List<JsonElement> emitted = [];
        var job = Samples.Job([.. Samples.Flashpoints.EnumerateArray()]);
        var output = await Handle(job, emitted);
        var expected = (await HandleInProcess(job)).GetProperty("results").EnumerateArray().ToList();
        output.EnumerateArray().Select(Shape).ShouldBe(expected.Select(Shape));
        emitted.Select(Shape).ShouldBe(output.EnumerateArray().Select(Shape));
        output.EnumerateArray().Select(entry => entry.GetProperty("summary").GetString()).ShouldBeUnique();
        _logger.Lines.First().ShouldBe("Information: job-1: Worker 3 starting with 12 flashpoints");
        _logger.Lines.ShouldContain("Information: job-1: Worker 3 completed flashpoint fp-11");
        _logger.Lines.Last().ShouldBe("Information: job-1: Worker 3 completed all 12 flashpoints");
    }

    [PythonFact]
    public async Task Command_OneFlashpoint_GivesAList() =>
        (await Handle(Samples.Job(Samples.Flashpoints[4]), [])).GetArrayLength().ShouldBe(1);

    [PythonFact]
    public async Task Command_FlashpointWithoutText_GivesAnErrorEntry()
    {
        var flashpoint = TestJob.Json("""{"id":"a","feeds":["https://example.org/a",{"url":"x"}]}""");
        var output = await Handle(Samples.Job(flashpoint), []);
        output[0].GetProperty("error").GetString().ShouldBe("no text in its feeds");
    }

    private static string Shape(JsonElement entry) =>
        $"{entry.GetProperty("id")} {entry.GetProperty("language")} {entry.GetProperty("feeds")} "
        + string.Join(' ', entry.EnumerateObject().Select(property => property.Name));

    private static Task<JsonElement> HandleInProcess(WorkerJob job) =>
        new SampleHandler(new(), new ManualClock(), NullLogger<SampleHandler>.Instance)
            .HandleAsync(job, TestJob.Ignore, default);

    private Task<JsonElement> Handle(WorkerJob job, List<JsonElement> emitted)
    {
        var command = $"python3 '{RepositoryFile.Find("samples/worker/handler.py")}' --stdin";
        return new CommandHandler(command, new ManualClock(), _logger).HandleAsync(
            job,
            entry =>
            {
                emitted.Add(entry);
                return ValueTask.CompletedTask;
            },
            default);
    }
}
