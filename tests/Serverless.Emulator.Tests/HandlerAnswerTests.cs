using System.Text.Json;
using Serverless.Emulator.Tests.Support;
using Serverless.Workers;

namespace Serverless.Emulator.Tests;

public sealed class HandlerAnswerTests
{
    [Theory]
    [InlineData("""{"results":[1]}""", """{"results":[1]}""")]
    [InlineData("[]", "[]")]
    [InlineData("[{\"error\":\"x\"}]", "[{\"error\":\"x\"}]")]
    [InlineData("false", "false")]
    [InlineData("0", "0")]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("""{"error":""}""", null)]
    [InlineData("""{"error":null,"a":1}""", """{"a":1}""")]
    [InlineData("""{"error":{"text":"x"},"a":1}""", null)]
    [InlineData("""{"error":["x"]}""", null)]
    [InlineData("""{"refresh_worker":true,"a":1}""", """{"a":1}""")]
    [InlineData("""{"refresh_worker":true}""", null)]
    public async Task Handler_Answers_JobIsCompletedWithThatOutput(string answer, string? output)
    {
        var end = await EndOfAsync(TestHandler.Answering(answer));

        end.Status.ShouldBe("COMPLETED");
        Output(end).ShouldBe(output);
    }

    [Fact]
    public async Task Handler_AnswersNone_JobIsCompletedWithoutOutput() =>
        Output(await EndOfAsync(new TestHandler(_ => default))).ShouldBeNull();

    [Theory]
    [InlineData("""{"error":"bad flashpoint"}""", null)]
    [InlineData("""{"error":"bad flashpoint","detail":{"id":"fp-1"}}""", """{"detail":{"id":"fp-1"}}""")]
    public async Task Handler_AnswersErrorText_JobFailsWithIt(string answer, string? output)
    {
        var end = await EndOfAsync(TestHandler.Answering(answer));

        end.Status.ShouldBe("FAILED");
        end["error"].GetString().ShouldBe("bad flashpoint");
        Output(end).ShouldBe(output);
    }

    [Fact]
    public async Task Handler_Raises_ErrorIsJsonInText()
    {
        var end = await EndOfAsync(new TestHandler(_ => throw new WorkerHandlerException("no \"GPU\"")));

        end.Status.ShouldBe("FAILED");
        var error = JsonElement.Parse(end["error"].GetString()!);
        error.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["error_type", "error_message", "error_traceback", "hostname", "worker_id", "runpod_version"]);
        error.GetProperty("error_message").GetString().ShouldBe("no \"GPU\"");
        error.GetProperty("error_type").GetString().ShouldBe("<class 'WorkerHandlerException'>");
        error.GetProperty("worker_id").GetString().ShouldBe(end["workerId"].GetString());
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task Handler_AnswersMoreThanResultLimit_OutputIsLost(int bytes, bool hasOutput)
    {
        var answer = $"\"{new string('x', bytes - 2)}\"";

        var end = await EndOfAsync(TestHandler.Answering(answer), new EmulatorOptions { ResultLimit = 100 });

        end.Status.ShouldBe("COMPLETED");
        (Output(end) is not null).ShouldBe(hasOutput);
    }

    private static async Task<Answer> EndOfAsync(IWorkerHandler handler, EmulatorOptions? options = null)
    {
        await using var pod = await TestEmulator.StartAsync(handler, options);
        return await pod.EndAsync(await pod.RunAsync());
    }

    private static string? Output(Answer answer) =>
        answer.Body.TryGetProperty("output", out var output) ? output.GetRawText() : null;
}
