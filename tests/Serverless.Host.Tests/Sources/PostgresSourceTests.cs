using System.Text.Json;
using Serverless.Core.Settings;
using Serverless.Host.Sources;
using Serverless.Host.Tests.Memory;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Sources;

[Collection(MeasuresMemory.Name)]
public sealed class PostgresSourceTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly SourceClient _client = new();

    [Fact]
    public async Task Rows_WithIdTitleFeedsAndMore_BecomeMembers()
    {
        var read = await Reading.ReadAsync(Open(
            """
            SELECT id, title, feeds, weight, added, tags, price, nothing FROM (VALUES
              (1::bigint, 'One', '["https://a.test/f"]'::jsonb, 2.50::numeric, timestamptz '2025-06-02 01:02:03Z',
               ARRAY['x','y "z"'], 12345678901234567890.123456789::numeric, NULL::text),
              (2, E'T\nwo', '[]', 1, '2025-06-01 00:00:00Z', '{}', 1, NULL)
            ) AS t (id, title, feeds, weight, added, tags, price, nothing) ORDER BY id
            """));

        read.Count.ShouldBe(2);
        read[0].ShouldContain("\"price\":12345678901234567890.123456789");
        var first = JsonSerializer.Deserialize<JsonElement>(read[0]);
        first.GetProperty("id").GetString().ShouldBe("1");
        first.GetProperty("title").GetString().ShouldBe("One");
        first.GetProperty("feeds")[0].GetString().ShouldBe("https://a.test/f");
        first.GetProperty("weight").GetDecimal().ShouldBe(2.50m);
        first.GetProperty("added").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2025, 6, 2, 1, 2, 3, TimeSpan.Zero));
        first.GetProperty("tags")[1].GetString().ShouldBe("y \"z\"");
        first.GetProperty("nothing").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonSerializer.Deserialize<JsonElement>(read[1]).GetProperty("title").GetString().ShouldBe("T\nwo");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("jsonb")]
    public async Task Rows_WithOneFlashpointColumn_AreTheFlashpoints(string type)
    {
        var read = await Reading.ReadAsync(Open(
            $$"""SELECT '{"id":"fp-1","more":{"a":[1,2]} }'::{{type}} AS flashpoint UNION ALL SELECT '{"id":"fp-2"}' -- all of them"""));

        read.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("id").GetString()).ShouldBe(["fp-1", "fp-2"]);
    }

    [Fact]
    public async Task Query_WithTheDate_GivesThatDay()
    {
        await server.ExecuteAsync(
            """
            CREATE TABLE daily (day date, id text, feeds text[]);
            INSERT INTO daily VALUES ('2025-06-01', 'old', '{}'), ('2025-06-02', 'new', '{https://a.test/f,https://b.test/f}');
            """);

        var read = await Reading.ReadAsync(Open("WITH today AS (SELECT * FROM daily WHERE day = @date) SELECT id, feeds FROM today ;\n"));

        read.ShouldBe(["""{"id":"new","feeds":["https://a.test/f","https://b.test/f"]}"""]);
    }

    [Fact]
    public async Task Rows_ByTheHundredThousand_KeepTheirOrderAndAreNotHeld()
    {
        const int count = 200_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await using var spool = await SourceSpool.FillAsync(
            Open($"SELECT 'fp-' || n AS id, repeat('x', 500) AS title FROM generate_series(1, {count}) AS n ORDER BY n DESC"),
            Reading.Day,
            default);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        var ids = await spool.ReadAsync(default).Select(flashpoint => flashpoint.Id).ToListAsync();

        ids.ShouldBe(Enumerable.Range(1, count).Reverse().Select(n => $"fp-{n}"));
        held.ShouldBeLessThan(20_000_000, "the list has more than 100 MB");
    }

    [Theory]
    [InlineData("SELECT title FROM (SELECT 'x' AS title, 1 AS n) t", "gives no column \"id\", but title; expected is one column")]
    [InlineData("SELECT 1 AS id, 2 AS id", "gives the column \"id\" 2 times; name them apart.")]
    [InlineData("SELECT 'x' AS flashpoint", "gives a column \"flashpoint\" of type text; expected is one column")]
    [InlineData("SELECT NULL::jsonb AS flashpoint", "gives NULL as the flashpoint of row 1; expected is a JSON object.")]
    [InlineData("SELECT 'a' AS id WHERE false", "gives no row for 2025-06-02.")]
    [InlineData("SELECT NULL::text AS id", "Entry 1 (index 0, line 1): \"id\" is null")]
    [InlineData("SELECT 'a' AS id UNION ALL SELECT 'a'", "Entry 2 (index 1, line 2): the id \"a\" is that of entry 1")]
    [InlineData("SELECT '[1]'::json AS flashpoint", "a flashpoint is an object")]
    [InlineData(
        "SELECT id,\n  nowhere FROM (SELECT 1 AS id) t",
        "failed: column \"nowhere\" does not exist at line 2, column 3 of FLASHPOINT_QUERY (42703).")]
    [InlineData("SELEC 1", "failed: syntax error at or near \"SELEC\" at line 1, column 1 of FLASHPOINT_QUERY (42601).")]
    [InlineData("SELECT 1/0 AS id", "failed: division by zero (22012).")]
    [InlineData("SELECT id FROM nobody", "failed: relation \"nobody\" does not exist")]
    [InlineData("WITH gone AS (DELETE FROM pg_class RETURNING 1 AS id) SELECT id FROM gone", "failed: ")]
    [InlineData("SELECT nextval('counter') AS id", "failed: cannot execute nextval() in a read-only transaction (25006).")]
    [InlineData("DELETE FROM counted", "gives no columns")]
    public async Task Query_ThatGivesNoList_SaysWhy(string query, string expected)
    {
        await server.ExecuteAsync("CREATE SEQUENCE IF NOT EXISTS counter; CREATE TABLE IF NOT EXISTS counted (n int)");

        var message = await Reading.FailAsync(Open(query));

        message.ShouldStartWith($"The query at postgresql://127.0.0.1:{server.Port}/postgres");
        message.ShouldContain(expected);
        message.ShouldNotContain(PostgresServer.Password);
    }

    [Fact]
    public async Task List_LargerThanIsTaken_IsRefused() =>
        (await Reading.FailAsync(Open("SELECT n AS id, repeat('x', 1000) AS title FROM generate_series(1, 10000) n")))
            .ShouldEndWith("is larger than the 1,048,576 bytes that are taken.");

    [Theory]
    [InlineData("etl", "planted-wrong", "postgres", "failed: password authentication failed for user \"etl\" (28P01).")]
    [InlineData("etl", "", "postgres", "cannot be read: ")]
    [InlineData("etl", null, "nowhere", "failed: database \"nowhere\" does not exist (3D000).")]
    public async Task Connection_ThatIsRefused_SaysWhyWithoutThePassword(string user, string? password, string database, string expected)
    {
        var url = server.UrlWith(user, password ?? Uri.EscapeDataString(PostgresServer.Password), database);

        var message = await Reading.FailAsync(OpenAt(url, "SELECT 1 AS id"));

        message.ShouldContain(expected);
        message.ShouldNotContain("planted");
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsNamed()
    {
        using var closed = new ClosedPort();

        var message = await Reading.FailAsync(OpenAt($"postgresql://etl:planted@127.0.0.1:{closed.Number}/postgres", "SELECT 1 AS id"));

        message.ShouldStartWith($"The query at postgresql://127.0.0.1:{closed.Number}/postgres cannot be read: Failed to connect to");
        message.ShouldContain("Connection refused");
        message.ShouldNotContain("planted");
    }

    public void Dispose() => _client.Dispose();

    private IFlashpointSource Open(string query) => OpenAt(server.Url, query);

    private IFlashpointSource OpenAt(string url, string query) => TimerSource.Open(
        new FanOutSettings { FlashpointSource = new Secret(url), FlashpointQuery = query }, _client, TimeProvider.System)!;
}
