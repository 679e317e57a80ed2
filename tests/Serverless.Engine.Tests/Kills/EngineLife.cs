using System.Globalization;
using Serverless.EngineProcess;

namespace Serverless.Engine.Tests.Kills;

/// <summary>A call of an activity: by whom, with which input.</summary>
internal readonly record struct EngineCall(string Instance, int Number)
{
    public static EngineCall Parse(string[] words) => new(words[1], int.Parse(words[2], CultureInfo.InvariantCulture));
}

/// <summary>One process from its start to its end, and what it said. Raises event after event, each once the one before is
/// acknowledged.</summary>
/// <param name="acknowledged">The events that are acknowledged already; gets those that this process acknowledges.</param>
/// <param name="events">How many there are.</param>
internal sealed class EngineLife(HashSet<int> acknowledged, int events)
{
    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory, $"{typeof(MixedLoad).Assembly.GetName().Name}.dll");

    private int _lines;

    public List<EngineCall> Started { get; } = [];

    public List<string> Scheduled { get; } = [];

    public Dictionary<string, string> Outputs { get; } = [];

    /// <summary>The event that was raised last.</summary>
    public int? RaisedLast { get; private set; }

    public string Errors { get; private set; } = "";

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string database, int? killAtLine)
    {
        using var process = DotnetProcess.Start(new DotnetStart(Program, database)
        {
            OnOutputLine = (process, line) =>
            {
                Take(process, line.Split(' ', 3));
                if (++_lines == killAtLine) process.KillHard();
            },
        });
        var code = await process.ExitAsync();
        Errors = process.Errors;
        return code;
    }

    private void Take(DotnetProcess process, string[] words)
    {
        switch (words[0])
        {
            case "up": RaiseNext(process); break;
            case "scheduled": Scheduled.Add(words[1]); break;
            case "start": Started.Add(EngineCall.Parse(words)); break;
            case "acknowledged" when words[1] != MixedLoad.End:
                acknowledged.Add(int.Parse(words[1], CultureInfo.InvariantCulture));
                RaiseNext(process);
                break;
            case "output": Outputs[words[1]] = words[2]; break;
        }
    }

    private void RaiseNext(DotnetProcess process)
    {
        if (acknowledged.Count == events)
        {
            process.TryType(MixedLoad.End);
            return;
        }

        RaisedLast = Enumerable.Range(0, events).First(number => !acknowledged.Contains(number));
        process.TryType($"{RaisedLast}");
    }
}
