namespace Serverless.Engine.Tests.Storage;

public sealed class CheckTests
{
    [Fact]
    public async Task Check_OfASoundDatabase_FindsNothing()
    {
        await using var engine = await RunAsync();

        (await engine.Engine.CheckAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("UPDATE history SET checksum = checksum + 1 WHERE position & 16777215 = 1", "does not match its checksum.")]
    [InlineData("DELETE FROM history WHERE position & 16777215 = 0", "follows a gap; segment 0 is missing.")]
    [InlineData("UPDATE instances SET output = x'31', output_checksum = NULL WHERE id = 'me'", "The output in its row is not the one")]
    [InlineData("UPDATE instances SET status = 0 WHERE id = 'me'", "Its row says Running, its history Completed.")]
    [InlineData("DELETE FROM instances WHERE id = 'me'", "belongs to no instance")]
    public async Task Check_OfATamperedDatabase_SaysWhat(string sql, string problem)
    {
        await using var engine = await RunAsync();
        await engine.TamperAsync(sql);
        using var reader = DurableReader.Open(engine.DatabasePath);

        reader.Check().ShouldContain(finding => finding.Problem.Contains(problem));
    }

    [Fact]
    public async Task Check_FlippedSegmentByte_NamesInstanceAndSegment()
    {
        await using var engine = await RunAsync();
        await engine.TamperAsync("UPDATE history SET checksum = checksum + 1 WHERE position & 16777215 = 1");
        using var reader = DurableReader.Open(engine.DatabasePath);

        var finding = reader.Check()[0];

        finding.InstanceId.ShouldBe("me");
        finding.Segment.ShouldBe(1);
    }

    /// <summary>No flipped bit of what a client can ask for goes unnoticed.</summary>
    [Fact]
    public async Task Check_AnyBitFlipped_IsFoundOrAllAnswersAreAsBefore()
    {
        await using var engine = await RunAsync();
        await engine.StopAsync();
        var sound = await File.ReadAllBytesAsync(engine.DatabasePath);
        var before = Answers(engine.DatabasePath);
        using var folder = new TemporaryFolder();
        var random = new Random(20250101);
        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            var (at, bit) = (random.Next(sound.Length), random.Next(8));
            var bytes = sound.ToArray();
            bytes[at] ^= (byte)(1 << bit);
            var path = folder.File($"{i}.db");
            await File.WriteAllBytesAsync(path, bytes);
            if (IsFound(path)) found++;
            else Answers(path).ShouldBe(before, $"bit {bit} of byte {at}");
        }

        found.ShouldBeGreaterThan(30);
    }

    private static bool IsFound(string path)
    {
        try
        {
            using var reader = DurableReader.Open(path);
            return reader.Check().Count > 0;
        }
        catch (EngineException)
        {
            return true;
        }
    }

    private static string Answers(string path)
    {
        using var reader = DurableReader.Open(path);
        var me = reader.Find("me", withPayloads: true);
        return $"{me} {Sqlite.History(path, "me")}";
    }

    private static async Task<EngineHarness> RunAsync()
    {
        var engine = new EngineHarness().Activity<string, string>("Echo", text => text)
            .Orchestrator<string, string>("Echo", (context, text) =>
            {
                context.SetCustomStatus(new string('y', 6000));
                return context.CallActivityAsync<string>("Echo", text);
            });
        await engine.RunAsync<string>("Echo", new string('x', 6000), id: "me");
        return engine;
    }
}
