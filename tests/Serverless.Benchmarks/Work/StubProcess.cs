using System.Diagnostics;
using System.Globalization;

namespace Serverless.Benchmarks.Work;

/// <summary>The stub server in a process of its own, so that its time is not counted as ours.</summary>
internal sealed class StubProcess : IAsyncDisposable
{
    /// <summary>The hidden command of this program that serves.</summary>
    public const string Command = "stub-server";

    private readonly Process _process;

    private StubProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<StubProcess> StartAsync(TimeSpan delay)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        info.ArgumentList.Add(typeof(StubProcess).Assembly.Location);
        info.ArgumentList.Add(Command);
        info.ArgumentList.Add("--delay-ms");
        info.ArgumentList.Add(delay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        var process = Process.Start(info)!;
        var url = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The stub server ended before it listened.");
        return new StubProcess(process, new Uri(url));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
