using System.Globalization;
using System.Text;

namespace Serverless.Benchmarks.Fleet;

/// <summary>What the workers wrote down, as it comes.</summary>
internal sealed class FleetLog(string folder)
{
    private readonly Dictionary<string, Execution> _current = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _finished = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _begunBy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _finishedBy = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _position;
    private string _rest = "";

    /// <summary>How many different flashpoints were begun.</summary>
    public int Begun => Read(() => _begun.Count);

    /// <summary>How often any was begun.</summary>
    public int Executions => Read(() => _begun.Values.Sum());

    /// <summary>How often one was begun that had been begun before.</summary>
    public int Redone => Read(() => _begun.Values.Sum(count => count - 1));

    /// <summary>Of these, how often one that had been finished before.</summary>
    public int FinishedAgain => Read(() => _finished.Values.Sum(count => count - 1));

    /// <summary>Which these were.</summary>
    public IReadOnlyList<string> FinishedTwice => Read(() => _finished.Where(pair => pair.Value > 1).Select(pair => pair.Key).ToArray());

    /// <summary>How often the worker on a machine began one.</summary>
    public int BegunBy(string machine) => Read(() => _begunBy.GetValueOrDefault(machine));

    /// <summary>What the workers on a machine have finished.</summary>
    public IReadOnlyList<string> FinishedBy(string machine) =>
        Read(() => _finishedBy.TryGetValue(machine, out var ids) ? ids.ToArray() : []);

    /// <summary>What the worker on a machine is at; null when it is at nothing.</summary>
    public Execution? CurrentOf(string machine) => Read(() => _current.GetValueOrDefault(machine));

    private T Read<T>(Func<T> look)
    {
        lock (_gate)
        {
            Take();
            return look();
        }
    }

    private void Take()
    {
        var path = Path.Combine(folder, FleetWorker.LogName);
        if (!File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == _position) return;
        file.Position = _position;
        var bytes = new byte[file.Length - _position];
        file.ReadExactly(bytes);
        _position += bytes.Length;
        var lines = (_rest + Encoding.UTF8.GetString(bytes)).Split('\n');
        _rest = lines[^1];
        foreach (var line in lines[..^1]) Take(line.Split(' '));
    }

    private void Take(string[] words)
    {
        var (what, id, machine) = (words[0], words[1], words[2]);
        if (what == "begin")
        {
            _begun[id] = _begun.GetValueOrDefault(id) + 1;
            _begunBy[machine] = _begunBy.GetValueOrDefault(machine) + 1;
            _current[machine] = new Execution(id, Number(words[3]), Number(words[4]));
        }
        else
        {
            _finished[id] = _finished.GetValueOrDefault(id) + 1;
            _current.Remove(machine);
            if (!_finishedBy.TryGetValue(machine, out var ids)) _finishedBy[machine] = ids = new(StringComparer.Ordinal);
            ids.Add(id);
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A flashpoint that is worked on.</summary>
/// <param name="Flashpoint">Which.</param>
/// <param name="Process">By whom.</param>
/// <param name="Chunk">Of which chunk.</param>
internal sealed record Execution(string Flashpoint, int Process, int Chunk);
