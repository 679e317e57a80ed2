using Serverless.Cli.Head;
using Serverless.Cli.Rendering;
using Serverless.Cli.Tests.Doubles;
using Serverless.Core.Runs;
using Spectre.Console;
using RunProgress = Serverless.Cli.Rendering.RunProgress;
using RunReport = Serverless.Cli.Rendering.RunReport;

namespace Serverless.Cli.Tests.Rendering;

public sealed class RenderingTests
{
    private static readonly DateTimeOffset Now = Views.Start.AddSeconds(30);

    [Fact]
    public void Progress_OfFewWorkers_HasARowForEach()
    {
        var run = Views.Run(RunState.Running, done: 5) with
        {
            Chunks =
            [
                Views.Chunk(0, ChunkPhase.Completed, done: 3) with { EndedAt = Views.Start.AddSeconds(20) },
                Views.Chunk(1, ChunkPhase.Running, done: 2),
                Views.Chunk(2, ChunkPhase.Retrying),
                Views.Chunk(3, ChunkPhase.Queued),
                Views.Chunk(4, ChunkPhase.Waiting),
            ],
        };

        Drawn(run).ShouldBe(
            """

              Worker   State       Progress               Flashpoints   Elapsed      ETA
            ──────────────────────────────────────────────────────────────────────────────
              1        completed   ####################           3/3    20.0 s
              2        running     #############.......           2/3    29.0 s
              3        retrying    ....................           0/3    28.0 s
              4        queued      ....................           0/3    27.0 s
              Total    running     ########............          5/12    30.0 s   42.0 s


            """);
    }

    [Fact]
    public void Progress_OfAWorkersSecondChunk_ShowsThatOne()
    {
        var run = Views.Run(RunState.Running, done: 4) with
        {
            Chunks =
            [
                Views.Chunk(0, ChunkPhase.Completed, done: 3),
                Views.Chunk(4, ChunkPhase.Running, done: 1),
            ],
        };

        Drawn(run).ShouldContain("running");
        Drawn(run).ShouldContain("1/3");
        Drawn(run).ShouldNotContain("3/3");
    }

    [Theory]
    [InlineData(21, 100)]
    [InlineData(10, 9)]
    public void Progress_OfManyWorkersOrASmallScreen_CountsStates(int workers, int rows)
    {
        var run = Views.Run(RunState.Running, done: 75) with
        {
            Workers = workers,
            FlashpointCount = 300,
            Chunks =
            [
                .. Enumerable.Range(0, 25).Select(index => Views.Chunk(index, ChunkPhase.Completed, done: 3)),
                .. Enumerable.Range(25, 21).Select(index => Views.Chunk(index, ChunkPhase.Running)),
                .. Enumerable.Range(46, 54).Select(index => Views.Chunk(index, ChunkPhase.Waiting)),
            ],
        };

        Drawn(run, rows).ShouldBe(
            """

              Worker   State       Progress               Flashpoints   Elapsed      ETA
            ──────────────────────────────────────────────────────────────────────────────
                       waiting     54 chunks
                       running     21 chunks
                       completed   25 chunks
              Total    running     #####...............        75/300    30.0 s   1m 30s


            """);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(6, 30)]
    [InlineData(12, 0)]
    public void Remaining_OfARun_IsAsLongAgainForEach(int done, int? seconds) =>
        RunProgress.Remaining(Views.Run(RunState.Running, done), Now)
            .ShouldBe(seconds is { } known ? TimeSpan.FromSeconds(known) : null);

    [Fact]
    public void Report_OfARun_IsATableAndThreeLines()
    {
        var run = Views.Completed(done: 10) with
        {
            Chunks =
            [
                .. Views.Completed().Chunks.Take(3),
                Views.Chunk(3, ChunkPhase.Failed, done: 1) with
                {
                    Attempts = 3, QueueTime = TimeSpan.FromMinutes(2.5), ExecutionTime = TimeSpan.FromHours(2),
                    Error = "handler said: [red]no[/]\nwith\ttabs and \e[31mcolours",
                },
            ],
        };

        Written(console => RunReport.Write(console, run, Now)).ShouldBe(
            """

              Worker   Chunk   Flashpoints   Attempts    Queue   Execution   State       Error
            ───────────────────────────────────────────────────────────────────────────────────────────────────────────
                   1       0           3/3          1    0.2 s      30.5 s   completed
                   2       1           3/3          1    0.2 s      31.5 s   completed
                   3       2           3/3          1    0.2 s      32.5 s   completed
                   4       3           1/3          3   2m 30s      2h 00m   failed      handler said: [red]no[/]
                                                                                         with tabs and [31mcolours

            Run etl-1 (2025-01-01) completed: 10 of 12 flashpoints in 40.2 s.
            Speed-up against sequential: 181.5x (2h 01m of execution in 40.2 s).

            """);
    }

    [Fact]
    public void Report_OfManyChunks_SumsUpAndNamesTheFailedOnes()
    {
        var run = Views.Completed() with
        {
            Chunks =
            [
                .. Enumerable.Range(0, 57).Select(index => Views.Chunk(index, ChunkPhase.Completed, done: 3)),
                .. Enumerable.Range(57, 3).Select(index =>
                    Views.Chunk(index, ChunkPhase.Failed) with { Attempts = 3, Error = $"broken {index}" }),
            ],
        };

        Written(console => RunReport.Write(console, run, Now)).ShouldBe(
            """

              State       Chunks   Flashpoints   Attempts
            ───────────────────────────────────────────────
              completed       57       171/171         57
              failed           3           0/9          9


              Worker   Chunk   Flashpoints   Attempts   Queue   Execution   State    Error
            ────────────────────────────────────────────────────────────────────────────────────
                   2      57           0/3          3   0.2 s           –   failed   broken 57
                   3      58           0/3          3   0.2 s           –   failed   broken 58
                   4      59           0/3          3   0.2 s           –   failed   broken 59

            Run etl-1 (2025-01-01) completed: 12 of 12 flashpoints in 40.2 s.

            """);
    }

    [Fact]
    public void Report_OfVeryManyFailedChunks_IsStillShort()
    {
        var run = Views.Completed() with
        {
            Chunks = [.. Enumerable.Range(0, 1_000).Select(index => Views.Chunk(index, ChunkPhase.Failed))],
        };

        var written = Written(console => RunReport.Write(console, run, Now));

        written.Split('\n').Length.ShouldBeLessThan(70);
        written.ShouldContain("… and 950 more failed chunks.");
    }

    [Fact]
    public void Report_WithoutExecutionTimes_ClaimsNoSpeedUp() =>
        RunReport.SpeedUp(Views.Run(RunState.Completed), Now).ShouldBeNull();

    [Fact]
    public void Runs_Listed_HaveARowEach()
    {
        var runs = new[]
        {
            Views.Run(RunState.Running, done: 5) with { Run = "etl-2" },
            Views.Completed(done: 11),
        };

        Written(console => RunList.Write(console, runs, Now)).ShouldBe(
            """

              Run     Date         State       Flashpoints   Null   Chunks   Workers   Started (UTC)         Duration
            ───────────────────────────────────────────────────────────────────────────────────────────────────────────
              etl-2   2025-01-01   running            5/12      –        4         4   2025-01-01 00:00:00     30.0 s
              etl-1   2025-01-01   completed         11/12      1        4         4   2025-01-01 00:00:00     40.2 s


            """);
    }

    [Fact]
    public void Runs_None_SaysSo() => Written(console => RunList.Write(console, [], Now)).ShouldBe("No runs.\n");

    [Fact]
    public void Plan_WithATime_ShowsChunksAndExpectation()
    {
        var plan = new PlanView
        {
            FlashpointCount = 14,
            Chunks =
            [
                Chunk(0, 0, 4, 4), Chunk(1, 4, 7, 3), Chunk(2, 7, 10, 3), Chunk(3, 10, 14, 3),
            ],
            TooBig = ["fp-11"],
        };

        Written(console => PlanReport.Write(console, plan, 4, TimeSpan.FromMinutes(10))).ShouldBe(
            """

              Chunk   Flashpoints   Positions          Body   Expected
            ────────────────────────────────────────────────────────────
                  0             4   [0:4]           3.9 KiB    40m 00s
                  1             3   [4:7]           2.9 KiB    30m 00s
                  2             3   [7:10]          2.9 KiB    30m 00s
                  3             3   among [10:14]   2.9 KiB    30m 00s

            14 flashpoints in 4 chunks over 4 workers.
            Too big for a request, so null unless RESULT_STORE is an s3:// one: fp-11
            Expected time: 40m 00s instead of 2h 10m. Expected speed-up: 3.3x, without queue and cold start.

            """);
    }

    [Fact]
    public void Plan_WithAChunkThatNoRequestHolds_SaysThatItGoesByReference()
    {
        var large = Chunk(1, 4, 5, 1) with { Bytes = 11 * 1024 * 1024 };
        var plan = new PlanView { FlashpointCount = 5, Chunks = [Chunk(0, 0, 4, 4), large] };

        var written = Written(console => PlanReport.Write(console, plan, 2, null));

        written.ShouldContain("Too big for a request, so handed over by reference: chunk 1\n");
        written.ShouldNotContain("chunk 0");
    }

    [Fact]
    public void Plan_OfNothing_IsNoError() =>
        Written(console => PlanReport.Write(console, new PlanView { FlashpointCount = 0, Chunks = [] }, 4, null))
            .ShouldBe("0 flashpoints in 0 chunks over 4 workers.\n");

    [Fact]
    public void Plan_OfManyChunks_IsShort()
    {
        var plan = new PlanView
        {
            FlashpointCount = 1_000,
            Chunks = [.. Enumerable.Range(0, 1_000).Select(index => Chunk(index, index, index + 1, 1))],
        };

        var written = Written(console => PlanReport.Write(console, plan, 100, null));

        written.Split('\n').Length.ShouldBeLessThan(60);
        written.ShouldContain("… and 950 more chunks.\n");
        written.ShouldContain("Expected speed-up: 100.0x");
        written.ShouldNotContain("Expected time");
    }

    [Theory]
    [InlineData(4, new[] { 3, 3, 3, 3 }, 3)]
    [InlineData(4, new[] { 4, 3, 3, 3 }, 4)]
    [InlineData(2, new[] { 5, 1, 1, 1 }, 5)]
    [InlineData(2, new[] { 1, 1, 5 }, 6)]
    [InlineData(1, new[] { 2, 2, 2 }, 6)]
    [InlineData(9, new int[0], 0)]
    public void Makespan_OfAPlan_IsTheBusiestWorkersEnd(int workers, int[] sizes, long expected) =>
        PlanReport.Makespan([.. sizes.Select((size, index) => Chunk(index, 0, size, size))], workers)
            .ShouldBe(expected);

    [Theory]
    [InlineData(-1, "0.0 s")]
    [InlineData(0.04, "0.0 s")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(59.96, "0m 59s")]
    [InlineData(125, "2m 05s")]
    [InlineData(7_200, "2h 00m")]
    [InlineData(176_400, "2d 01h")]
    public void Time_OfAnyLength_IsShort(double seconds, string expected) =>
        Printable.Time(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1_023, "1023 B")]
    [InlineData(1_536, "1.5 KiB")]
    [InlineData(10_485_760, "10.0 MiB")]
    public void Bytes_OfAnySize_AreShort(long bytes, string expected) => Printable.Bytes(bytes).ShouldBe(expected);

    [Fact]
    public void OneLine_OfALongText_IsCut() =>
        Printable.OneLine(new string('x', 200), 10).ShouldBe("xxxxxxxxx…");

    private static PlanChunk Chunk(int index, int first, int end, int count) =>
        new() { Index = index, First = first, End = end, FlashpointCount = count, Bytes = 1_000L * count };

    private static string Drawn(RunView run, int rows = 40) =>
        Written(console => console.Write(RunProgress.Draw(run, Now, rows, unicode: false)));

    /// <summary>What was written, without the blanks that tables end their lines with.</summary>
    private static string Written(Action<IAnsiConsole> write)
    {
        var (console, output) = RecordedOutput.Create(width: 107);
        write(console);
        return string.Join('\n', output.Text.Split('\n').Select(line => line.TrimEnd()));
    }
}
