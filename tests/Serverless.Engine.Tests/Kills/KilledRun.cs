using Serverless.EngineProcess;

namespace Serverless.Engine.Tests.Kills;

/// <summary>One database and the processes that work on it, one after another, until its load is done.</summary>
internal sealed class KilledRun : IDisposable
{
    private const int Events = 60;

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _copies = new();
    private readonly List<EngineLife> _lives = [];
    private readonly HashSet<int> _acknowledged = [];
    private readonly HashSet<int> _raisedAgain = [];
    private HashSet<EngineCall> _finished = [];

    /// <summary>What each instance gave. The collector's events are sorted, and those apart that had to be raised again.</summary>
    public Dictionary<string, string> Outputs { get; } = [];

    private string Database => _folder.File("load.db");

    /// <summary>Runs until the load is done.</summary>
    /// <param name="nextKill">Gives, for the next process, the line of progress at which it is killed, or null.</param>
    /// <returns>How often it was killed.</returns>
    public async Task<int> RunAsync(Func<int?> nextKill)
    {
        while (true)
        {
            var life = new EngineLife(_acknowledged, Events);
            _lives.Add(life);
            var code = await life.RunAsync(Database, nextKill());
            CheckCalls(life);
            if (code == 0) break;
            code.ShouldBe(DotnetProcess.Killed, life.Errors);
            if (life.RaisedLast is { } number && !_acknowledged.Contains(number)) _raisedAgain.Add(number);
            CheckDisk();
        }

        CheckOutputs(_lives[^1]);
        using var reader = DurableReader.Open(Database);
        reader.Check().ShouldBeEmpty();
        foreach (var life in _lives) CheckRepeated(life);
        return _lives.Count - 1;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _copies.Dispose();
    }

    /// <summary>A call whose result was on the disk when the process before died is not made again.</summary>
    private void CheckCalls(EngineLife life) => life.Started.Intersect(_finished).ShouldBeEmpty();

    /// <summary>Looks at a copy, so that the next process finds the files as the kill left them.</summary>
    private void CheckDisk()
    {
        var disk = CommittedState.Read(Copies.Take(Database, _copies));
        disk.Findings.ShouldBeEmpty();
        _lives.SelectMany(life => life.Scheduled).Except(disk.Instances).ShouldBeEmpty();
        _acknowledged.Except(disk.Events).ShouldBeEmpty();
        _finished = [.. _finished, .. disk.Finished];
    }

    /// <summary>Of the calls that a process had begun when it was killed, those that were made again.</summary>
    private void CheckRepeated(EngineLife life)
    {
        var later = _lives.SkipWhile(other => other != life).Skip(1).SelectMany(other => other.Started);
        life.Started.Intersect(later).Count().ShouldBeLessThanOrEqualTo(MixedLoad.MaxConcurrentActivities);
        life.Started.ShouldBeUnique();
    }

    private void CheckOutputs(EngineLife last)
    {
        _acknowledged.Count.ShouldBe(Events);
        foreach (var (id, output) in last.Outputs) Outputs[id] = output;
        var collected = Outputs[MixedLoad.Collector].Split(['[', ',', ']'], StringSplitOptions.RemoveEmptyEntries);
        var events = collected[1..].Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var twice = events.GroupBy(number => number).Where(group => group.Count() > 1).Select(group => group.Key);
        twice.Except(_raisedAgain).ShouldBeEmpty("An event that was raised once came twice.");
        Outputs[MixedLoad.Collector] = $"{collected[0]}{string.Join(',', events.Distinct().Order())}";
    }
}
