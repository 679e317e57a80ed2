using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.TestKit;

namespace Serverless.Agent.Tests;

/// <summary>A training that one machine after another goes on with.</summary>
/// <param name="Store">Where checkpoints are kept.</param>
/// <param name="Journal">Takes the number of each step that any machine does.</param>
/// <param name="Result">Where the weights go.</param>
public sealed record Training(string Store, string Journal, string Result)
{
    /// <summary>The command that runs it.</summary>
    public string Program { get; init; } = "fanout.dll";

    /// <summary>Changes the environment.</summary>
    public Action<IDictionary<string, string?>>? Environment { get; init; }

    /// <summary>How long a step takes at least.</summary>
    public double SecondsPerStep { get; init; }

    /// <summary>Further options of the agent.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>A machine with an empty disk on which <c>fanout agent exec</c> trains the sample. It can be taken away.</summary>
public sealed partial class TrainedMachine : IDisposable
{
    public const int Steps = 1000;
    public const int Interval = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _disk = new();
    private readonly DotnetProcess _agent;
    private readonly SignalledLines _lines = new();

    /// <param name="training">What is trained.</param>
    /// <param name="pauseAt">The step to wait at; 0 for none.</param>
    public TrainedMachine(Training training, int pauseAt)
    {
        ArgumentNullException.ThrowIfNull(training);
        string[] arguments =
        [
            "agent", "exec", "--checkpoint-dir", _disk.File("checkpoints"), "--store", training.Store, "--settle", "0.2",
            .. training.Options.Contains("--provider") ? [] : new[] { "--provider", "none" }, .. training.Options,
            "--", "python3", Sample(), "--steps", $"{Steps}", "--every", $"{Interval}", "--resume={checkpoint}",
            "--pause-at", $"{pauseAt}", "--journal", training.Journal, "--result", training.Result,
            "--seconds-per-step", training.SecondsPerStep.ToString(CultureInfo.InvariantCulture),
        ];
        _agent = DotnetProcess.Start(new DotnetStart(Path.Combine(AppContext.BaseDirectory, training.Program), arguments)
        {
            Folder = _disk.Path,
            Environment = training.Environment,
            OnErrorLine = (_, line) => _lines.Add(line),
            OnOutputLine = (_, line) => _lines.Add(line),
        });
    }

    /// <summary>What agent and training have said.</summary>
    public string Said => $"{_agent.Errors}\n{_agent.Output}";

    /// <summary>What the training ends with when nothing comes in between.</summary>
    /// <param name="folder">Takes a store and results of its own.</param>
    public static async Task<string> UndisturbedAsync(string folder)
    {
        string In(string name) => Path.Combine(folder, $"undisturbed-{name}");
        using var machine = new TrainedMachine(new Training(In("store"), In("journal"), In("result.json")), pauseAt: 0);
        (await machine.ExitAsync()).ShouldBe(0, machine.Said);
        return await File.ReadAllTextAsync(In("result.json"));
    }

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
