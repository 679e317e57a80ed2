using System.Diagnostics;
using Azure.Storage.Blobs;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Storage;

/// <summary>Azurite in a process of its own, over a temporary folder. Install it once with <c>npm install --prefix
/// tests/Serverless.Functions.Tests/azurite</c>; without it the tests fail and say so.</summary>
public sealed class AzuriteServer : IAsyncLifetime, IDisposable
{
    /// <summary>Azurite's own account, the same everywhere.</summary>
    private const string Account = "devstoreaccount1";

    /// <summary>That account's key.</summary>
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly TemporaryFolder _folder = new();
    private Process? _process;
    private string _address = "";

    /// <summary>How it is reached.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={_address}/{Account};";

    /// <summary>A container that nobody else has; it is not there yet.</summary>
    public BlobContainerClient NewContainer() => new(ConnectionString, $"tests-{Guid.NewGuid():n}");

    public async Task InitializeAsync()
    {
        var script = Script();
        if (!Directory.Exists(Path.Combine(Path.GetDirectoryName(script)!, "node_modules")))
        {
            throw new InvalidOperationException(
                "Azurite is not installed: npm install --prefix tests/Serverless.Functions.Tests/azurite");
        }

        var info = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.GetDirectoryName(script)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        info.ArgumentList.Add(script);
        info.ArgumentList.Add(_folder.Path);
        _process = Process.Start(info)!;
        _address = await ReadAddressAsync(_process).WaitAsync(Patience);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        _folder.Dispose();
    }

    private static async Task<string> ReadAddressAsync(Process process)
    {
        const string Listens = "listens on ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Listens, StringComparison.Ordinal) is >= 0 and var at) return line[(at + Listens.Length)..].Trim();
        }

        throw new InvalidOperationException($"Azurite did not start: {await process.StandardError.ReadToEndAsync()}");
    }

    private static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "tests", "Serverless.Functions.Tests", "azurite", "serve.mjs");
            if (File.Exists(script)) return script;
        }

        throw new InvalidOperationException("This is not run from inside the repository.");
    }
}

/// <summary>One server for all tests that need it.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteTests : ICollectionFixture<AzuriteServer>
{
    public const string Name = "Azurite";
}
