using System.Diagnostics;
using Npgsql;
using Serverless.Core.Settings;
using Serverless.Host.Sources;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Sources;

/// <summary>A PostgreSQL server of the tests' own: a new cluster on a free port of this machine.</summary>
public sealed class PostgresServer : IAsyncLifetime, IDisposable
{
    public const string Password = "planted-pässword";

    private readonly TemporaryFolder _folder = new();
    private readonly string _programs = FindPrograms();
    private bool _runs;

    public int Port { get; private set; }

    /// <summary>FLASHPOINT_SOURCE for this server.</summary>
    public string Url => UrlWith("etl", Uri.EscapeDataString(Password), "postgres");

    private string Data => _folder.File("data");

    public string UrlWith(string user, string password, string database) =>
        $"postgresql://{user}:{password}@127.0.0.1:{Port}/{database}?sslmode=disable&connect_timeout=120";

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder.File("password"), Password);
        if (IsRoot) await RunAsync("chown", "-R", "postgres", _folder.Path);
        await RunAsOwnerAsync(
            "initdb", "-D", Data, "-U", "etl", "-A", "scram-sha-256", "--pwfile", _folder.File("password"),
            "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions");
        for (var tries = 1; !_runs; tries++)
        {
            Port = LoopbackPort.Free();
            try
            {
                await RunAsOwnerAsync(
                    "pg_ctl", "-D", Data, "-w", "-t", "240", "-l", _folder.File("log"), "-o",
                    $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off", "start");
                _runs = true;
            }
            catch (InvalidOperationException) when (tries < 5)
            {
                // Somebody else may have taken the port between the look and the start; so another one is tried.
            }
        }
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresConnection.StringFor(PostgresAddress.Parse(Url)!));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync()
    {
        if (_runs) await RunAsOwnerAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private Task RunAsOwnerAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        return IsRoot ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder.Path };
        start.Environment["LC_ALL"] = "C";

        // Its output goes nowhere: the server would hold a pipe open for as long as it runs.
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        if (process.ExitCode != 0)
        {
            var log = File.Exists(_folder.File("log")) ? await File.ReadAllTextAsync(_folder.File("log")) : "";
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed ({process.ExitCode}). {log}");
        }
    }

    private static string FindPrograms()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
            : [];
        return onPath.Concat(packaged).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException(
                "These tests need PostgreSQL's initdb and pg_ctl; install the package postgresql (.ci/run does).");
    }
}
