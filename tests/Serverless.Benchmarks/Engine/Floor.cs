using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Serverless.Benchmarks.Measuring;
using Serverless.Benchmarks.Work;
using Serverless.TestKit;

namespace Serverless.Benchmarks.Engine;

/// <summary>
/// The least that durable work can cost: all calls written down in one commit, made so many at once, and one writer
/// that commits whatever results have come in. No engine, no recovery, the engine's own SQLite settings.
/// </summary>
internal sealed class Floor(Workload work, int concurrency) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes <paramref name="n"/> calls on a database of that name and reads the ordered results.</summary>
    /// <returns>How many commits it took.</returns>
    public async Task<int> RunAsync(string name, int n)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File(name)};Pooling=False");
        connection.Open();
        Prepare(connection);
        Schedule(connection, n);
        var results = Channel.CreateUnbounded<(int I, byte[] Result)>(new() { SingleReader = true });
        var writing = Task.Run(() => WriteAsync(connection, results.Reader));
        var lanes = new Lanes(n);
        var calling = Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => CallAsync(lanes, results.Writer)));
        await Task.WhenAll(calling);
        results.Writer.Complete();
        var commits = await writing;
        Check(connection, n);
        return commits + 1;
    }

    /// <summary>What one commit of one row costs: the median of so many.</summary>
    public static double CommitMs(int commits)
    {
        using var folder = new TemporaryFolder();
        using var connection = new SqliteConnection($"Data Source={folder.File("commits")};Pooling=False");
        connection.Open();
        Prepare(connection);
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO calls(input) VALUES('')";
        var each = new List<double>();
        for (var i = 0; i < commits; i++)
        {
            var before = TimeProvider.System.GetTimestamp();
            insert.ExecuteNonQuery();
            each.Add(TimeProvider.System.GetElapsedTime(before).TotalMilliseconds);
        }

        return Samples.Median(each);
    }

    public void Dispose() => _folder.Dispose();

    private static void Prepare(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA auto_vacuum = INCREMENTAL;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -16000;
            CREATE TABLE calls(i INTEGER PRIMARY KEY, input TEXT NOT NULL, result BLOB) STRICT;
            """;
        command.ExecuteNonQuery();
    }

    private static void Schedule(SqliteConnection connection, int n)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO calls(i, input) VALUES($i, $input)";
        var i = insert.Parameters.Add("$i", SqliteType.Integer);
        var input = insert.Parameters.Add("$input", SqliteType.Text);
        for (var number = 0; number < n; number++)
        {
            i.Value = number;
            input.Value = number.ToString(CultureInfo.InvariantCulture);
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private async Task CallAsync(Lanes lanes, ChannelWriter<(int I, byte[] Result)> results)
    {
        while (lanes.TryTake(out var i)) results.TryWrite((i, await work.RunRawAsync(i, CancellationToken.None)));
    }

    private static async Task<int> WriteAsync(
        SqliteConnection connection, ChannelReader<(int I, byte[] Result)> results)
    {
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE calls SET result = $result WHERE i = $i";
        var number = update.Parameters.Add("$i", SqliteType.Integer);
        var value = update.Parameters.Add("$result", SqliteType.Blob);
        var commits = 0;
        while (await results.WaitToReadAsync())
        {
            using var transaction = connection.BeginTransaction();
            update.Transaction = transaction;
            while (results.TryRead(out var next))
            {
                (number.Value, value.Value) = (next.I, next.Result);
                update.ExecuteNonQuery();
            }

            transaction.Commit();
            commits++;
        }

        return commits;
    }

    private static void Check(SqliteConnection connection, int n)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT result FROM calls ORDER BY i";
        using var rows = command.ExecuteReader();
        var i = 0;
        for (; rows.Read(); i++)
        {
            var result = JsonSerializer.Deserialize((byte[])rows[0], WorkJson.Default.WorkResult);
            if (result is not { Ok: true, I: var number } || number != i)
                throw new WrongResultException($"The floor's result {i} is {result}.");
        }

        if (i != n) throw new WrongResultException($"{n} results were due of the floor; {i} came.");
    }

    private sealed class Lanes(int n)
    {
        private int _last = -1;

        public bool TryTake(out int i) => (i = Interlocked.Increment(ref _last)) < n;
    }
}
