using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.Workers.Tests;

/// <summary>Runs real programs: /bin/sh and what every POSIX system has.</summary>
public sealed class CommandHandlerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly RecordedLog<CommandHandler> _logger = new();
    private readonly List<string> _emitted = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Handle_Program_GetsTheJobOnStandardInputAndItsIdInTheEnvironment()
    {
        (await Handle("cat", """{"a":"é"}""")).ShouldBe("""{"id":"job-1","input":{"a":"é"}}""");
        (await Handle("""cat > /dev/null; echo "\"$FANOUT_JOB_ID\"" """)).ShouldBe("\"job-1\"");
    }

    [Theory]
    [InlineData("echo '{\"results\":[]}'", """{"results":[]}""", "")]
    [InlineData("echo '['; echo '1, 2'; echo; echo ']'", "[\n1, 2\n\n]", "")]
    [InlineData("printf '7'", "7", "")]
    [InlineData("echo null", "null", "")]
    [InlineData("printf '\\r\\n\\r\\n{}\\r\\n'", "{}", "")]
    [InlineData("true", "Undefined", "")]
    [InlineData("echo; echo ' '", "Undefined", "")]
    [InlineData("echo '{\"a\":1}'; echo; echo '{\"b\":2}'", """[{"a":1},{"b":2}]""", """{"a":1}|{"b":2}""")]
    [InlineData("printf '1\\n2\\n3'", "[1,2,3]", "1|2|3")]
    [InlineData("printf '1 2\\n3'", "[1,2,3]", "1|2|3")]
    [InlineData("printf '1\\n{\\n}\\n[\\n]'", "[1,{},[]]", "1|{\n}|[\n]")]
    public async Task Handle_Output_IsReturnedAndEmitted(string script, string output, string emitted)
    {
        (await Handle("cat > /dev/null; " + script)).ReplaceLineEndings("\n").ShouldBe(output);
        string.Join('|', _emitted).ShouldBe(emitted);
    }

    [Fact]
    public async Task Handle_ProgramThatDiesAfterItsFirstEntry_HasEmittedIt()
    {
        const string Script = "cat > /dev/null; echo '{\"id\":\"fp-1\"}'; exit 3";

        await Should.ThrowAsync<WorkerCrashedException>(() => Handle(Script));

        _emitted.ShouldBe(["""{"id":"fp-1"}"""]);
    }

    [Theory]
    [InlineData("echo hello", "line 1, byte 1.")]
    [InlineData("echo '{}'; echo; echo '{\"a\":oops}'", "line 3, byte 6.")]
    [InlineData("echo '{'; echo '\"a\":1'", "line 3, byte 1.")]
    [InlineData("printf '{\"a\":'", "line 1, byte 6.")]
    public async Task Handle_OutputThatIsNotJson_SaysWhere(string script, string where)
    {
        var error = await Should.ThrowAsync<WorkerHandlerException>(() => Handle("cat > /dev/null; " + script));
        error.Message.ShouldContain("is not JSON at " + where);
        error.Message.ShouldNotContain("oops");
    }

    [Fact]
    public async Task Handle_FailingProgram_CrashesWithExitCodeAndTheEndOfStandardError()
    {
        var script = "for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; echo; echo not json; exit 3";
        var error = await Should.ThrowAsync<WorkerCrashedException>(() => Handle(script));
        error.Message.ShouldBe(
            "The worker command '/bin/sh' ended with exit code 3: line 3\nline 4\nline 5\nline 6\nline 7");
    }

    [Fact]
    public async Task Handle_ProgramKilledFromOutside_Crashes() =>
        (await Should.ThrowAsync<WorkerCrashedException>(() => Handle("kill -9 $$")))
            .Message.ShouldEndWith("exit code 137");

    [Fact]
    public async Task Handle_UnknownProgram_NamesIt()
    {
        var handler = new CommandHandler("no-such-program-here --stdin", _clock, _logger);
        var error = await Should.ThrowAsync<WorkerCrashedException>(
            () => handler.HandleAsync(TestJob.Of("{}"), Emit, default));
        error.Message.ShouldStartWith("The worker command 'no-such-program-here' could not be started: ");
    }

    [Fact]
    public void Constructor_BadCommandLine_Throws() =>
        Should.Throw<ArgumentException>(() => new CommandHandler("run 'x", _clock, _logger));

    [Fact]
    public async Task Handle_StandardError_IsLoggedByLineWithTheJobsId()
    {
        await Handle("cat > /dev/null; echo one >&2; printf 'two é' >&2");
        _logger.Lines.ShouldBe(["Information: job-1: one", "Information: job-1: two é"]);
    }

    [Fact]
    public async Task Handle_TensOfMegabytesBothWays_PassThrough()
    {
        var text = new string('x', 30_000_000);
        var output = await Handle("head -c 100000 /dev/zero | tr '\\0' e >&2; cat", $$"""{"a":"{{text}}"}""");
        output.Length.ShouldBeGreaterThan(text.Length);
        _logger.Lines.Single().Length.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public async Task Handle_ProgramThatDoesNotReadItsInput_IsNoError()
    {
        var text = new string('x', 5_000_000);
        (await Handle("exec 0<&-; echo 1", $$"""{"a":"{{text}}"}""")).ShouldBe("1");
    }

    [Fact]
    public async Task Handle_Generator_EmitsWhileTheProgramStillRuns()
    {
        var second = new TaskCompletionSource();
        var gate = _folder.File("gate");
        var handling = Run(
            $"echo 1; echo 2; while [ ! -e '{gate}' ]; do sleep 0.01; done; echo 3",
            entry =>
            {
                _emitted.Add(entry.GetRawText());
                if (_emitted.Count == 2) second.SetResult();
                return ValueTask.CompletedTask;
            });
        await second.Task;
        handling.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(gate, "");
        (await handling).GetRawText().ShouldBe("[1,2,3]");
    }

    [LinuxFact]
    public async Task Handle_ReceiverThatFails_EndsTheProgram()
    {
        // With exec: a child that is just being started when its parent is told to end outlives it.
        var script = $"echo $$ > '{_folder.File("pid")}'; echo 1; echo 2; exec sleep 600";
        await Should.ThrowAsync<InvalidDataException>(() => Run(script, _ => throw new InvalidDataException()));
        ShouldDie(_folder.File("pid"));
    }

    [Fact]
    public async Task Handle_Cancelled_AsksWithSigtermAndLogsTheLastWords()
    {
        using var cancellation = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var script = "trap 'echo bye >&2; exit 0' TERM; echo 1; echo 2; while :; do sleep 0.01; done";
        var handling = Run(script, Tell(ready), cancellationToken: cancellation.Token);
        await ready.Task;
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => handling);
        _logger.Lines.ShouldContain("Information: job-1: bye");
        _clock.GetUtcNow().ShouldBe(new ManualClock().GetUtcNow(), "no grace was needed");
    }

    [LinuxFact]
    public async Task Handle_CancelledProgramThatStays_IsKilledWithItsChildrenAfterFiveSeconds()
    {
        using var cancellation = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var script = $"trap '' TERM; sleep 600 & echo $! > '{_folder.File("child")}'; "
            + $"echo $$ > '{_folder.File("pid")}'; echo 1; echo 2; while :; do sleep 1; done";
        var handling = Run(script, Tell(ready), cancellationToken: cancellation.Token);
        await ready.Task;
        await cancellation.CancelAsync();
        var due = _clock.GetUtcNow().AddSeconds(5);
        await _clock.WhenTimerDueBy(due);
        _clock.NextDue.ShouldBe(due);
        IsAlive(_folder.File("pid")).ShouldBeTrue();
        _clock.AdvanceTo(due);
        await Should.ThrowAsync<OperationCanceledException>(() => handling);
        ShouldDie(_folder.File("pid"));
        ShouldDie(_folder.File("child"));
    }

    [LinuxFact]
    public async Task Handle_CancelledProgramThatLeavesAnOrphan_TakesTheOrphanToo()
    {
        using var cancellation = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var script = "(trap '' TERM; exec sleep 600) >/dev/null 2>&1 & "
            + $"echo $! > '{_folder.File("child")}'; echo 1; echo 2; wait";
        var handling = Run(script, Tell(ready), cancellationToken: cancellation.Token);
        await ready.Task;
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => handling);
        ShouldDie(_folder.File("child"));
    }

    [Fact]
    public async Task Handle_CancelledBefore_StartsNothing()
    {
        var mark = _folder.File("mark");
        await Should.ThrowAsync<OperationCanceledException>(
            () => Run($"touch '{mark}'", Emit, cancellationToken: new CancellationToken(true)));
        File.Exists(mark).ShouldBeFalse();
    }

    private static void ShouldDie(string pidFile) =>
        SpinWait.SpinUntil(() => !IsAlive(pidFile), TimeSpan.FromSeconds(60)).ShouldBeTrue();

    /// <summary>Alive and not merely unburied: an orphan's new parent may take its time.</summary>
    private static bool IsAlive(string pidFile)
    {
        try
        {
            var id = File.ReadAllText(pidFile).Trim();
            var status = File.ReadAllText($"/proc/{id}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<string> Handle(string script, string input = """{"a":1}""")
    {
        var output = await Run(script, Emit, input);
        return output.ValueKind == JsonValueKind.Undefined ? "Undefined" : output.GetRawText();
    }

    private Task<JsonElement> Run(
        string script,
        Func<JsonElement, ValueTask> emit,
        string input = "{}",
        CancellationToken cancellationToken = default)
    {
        var path = _folder.File("script.sh");
        File.WriteAllText(path, script);
        var handler = new CommandHandler($"/bin/sh '{path}'", _clock, _logger);
        return handler.HandleAsync(TestJob.Of(input), emit, cancellationToken);
    }

    /// <summary>A script prints its first entries when it is ready for what comes.</summary>
    private static Func<JsonElement, ValueTask> Tell(TaskCompletionSource ready) => _ =>
    {
        ready.TrySetResult();
        return ValueTask.CompletedTask;
    };

    private ValueTask Emit(JsonElement entry)
    {
        _emitted.Add(entry.GetRawText());
        return ValueTask.CompletedTask;
    }
}
