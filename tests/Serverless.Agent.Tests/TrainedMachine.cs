using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>A machine with an empty disk on which <c>fanout agent exec</c> trains the sample. It can be taken away.</summary>
internal sealed partial class TrainedMachine : IDisposable
{
    public const int Steps = 1000;
    public const int Interval = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _disk = new();
    private readonly DotnetProcess _agent;
    private readonly SignalledLines _lines = new();

    /// <param name="store">Where checkpoints are kept.</param>
    /// <param name="journal">Takes the number of each step that any machine does.</param>
    /// <param name="result">Where the weights go.</param>
    /// <param name="pauseAt">The step to wait at; 0 for none.</param>
    /// <param name="environment">Changes the environment.</param>
    /// <param name="secondsPerStep">How long a step takes at least.</param>
    /// <param name="options">Further options of the agent.</param>
    public TrainedMachine(
        string store, string journal, string result, int pauseAt, Action<IDictionary<string, string?>>? environment = null,
        double secondsPerStep = 0, params string[] options)
    {
        string[] arguments =
        [
            "agent", "exec", "--checkpoint-dir", _disk.File("checkpoints"), "--store", store, "--settle", "0.2",
            .. options.Contains("--provider") ? [] : new[] { "--provider", "none" }, .. options,
            "--", "python3", Sample(), "--steps", $"{Steps}", "--every", $"{Interval}", "--resume={checkpoint}",
            "--pause-at", $"{pauseAt}", "--journal", journal, "--result", result,
            "--seconds-per-step", secondsPerStep.ToString(CultureInfo.InvariantCulture),
        ];
        _agent = DotnetProcess.Start(new DotnetStart(Path.Combine(AppContext.BaseDirectory, "fanout.dll"), arguments)
        {
            Folder = _disk.Path,
            Environment = environment,
            OnErrorLine = (_, line) => _lines.Add(line),
            OnOutputLine = (_, line) => _lines.Add(line),
        });
    }

    /// <summary>What agent and training have said.</summary>
    public string Said => $"{_agent.Errors}\n{_agent.Output}";

    /// <summary>Completes once a line says this.</summary>
    public async Task WhenSays(string text)
    {
        try
        {
            await _lines.WhenAny(line => line.Contains(text, StringComparison.Ordinal)).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Nobody said \"{text}\" within {Patience}. Said was:\n{Said}");
        }
    }

    /// <summary>The power goes: agent and worker die at once.</summary>
    public async Task TakeAwayAsync()
    {
        var worker = int.Parse(WorkerId().Match(_agent.Errors).Groups["id"].Value, CultureInfo.InvariantCulture);
        _agent.KillHard();
        using var kill = Process.Start("kill", ["-KILL", "--", $"-{worker}"]);
        await kill.WaitForExitAsync();
        await _agent.ExitAsync();
    }

    /// <summary>SIGTERM, as a service manager and RunPod send it.</summary>
    public Task<int> AskToEndAsync()
    {
        _agent.Terminate();
        return _agent.ExitAsync();
    }

    public Task<int> ExitAsync() => _agent.ExitAsync();

    public void Dispose()
    {
        _agent.Dispose();
        _disk.Dispose();
    }

    private static string Sample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var sample = Path.Combine(folder.FullName, "samples", "training", "train.py");
            if (File.Exists(sample)) return sample;
        }

        throw new InvalidOperationException("This is not run from inside the repository.");
    }

    [GeneratedRegex(@"Worker started \(pid (?<id>\d+)\)")]
    private static partial Regex WorkerId();
}
