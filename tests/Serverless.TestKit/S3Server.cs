using System.Diagnostics;
using System.Globalization;

namespace Serverless.TestKit;

/// <summary>An S3-compatible server of its own, in a process of its own, over a temporary folder with one bucket. Install it
/// once with <c>npm install --prefix tests/Serverless.Storage.Tests/s3</c>; without it the tests fail and say so.</summary>
public sealed class S3Server : IDisposable
{
    /// <summary>The bucket.</summary>
    public const string Bucket = "results";

    /// <summary>The access key that the server knows.</summary>
    public const string Key = "S3RVER";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private S3Server(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts one.</summary>
    public static async Task<S3Server> StartAsync()
    {
        var script = RepositoryFile.Find("tests/Serverless.Storage.Tests/s3/serve.mjs");
        if (!Directory.Exists(Path.Combine(Path.GetDirectoryName(script)!, "node_modules")))
        {
            throw new InvalidOperationException(
                "The S3 server of the tests is not installed: npm install --prefix tests/Serverless.Storage.Tests/s3");
        }

        var info = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.GetDirectoryName(script)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var process = new Process { StartInfo = info };
        var server = new S3Server(process);

        // It makes the tokens of its pages with a cipher that OpenSSL calls old.
        foreach (var argument in new[] { "--openssl-legacy-provider", script, server._folder.Path, Bucket })
            info.ArgumentList.Add(argument);
        process.Start();
        var port = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException($"The S3 server did not start: {await process.StandardError.ReadToEndAsync()}");
        server.Address = new Uri($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}");
        return server;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
