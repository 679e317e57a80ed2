using Xunit.Abstractions;

namespace Serverless.Core.Tests.Watching;

/// <summary>
/// How late ends are seen when nearly as many jobs end as RunPod lets be asked about: the real watch, in virtual time. As many jobs
/// begin a second as end, and each takes as long as the others or up to a part of that more or less, by seeded chance.
/// </summary>
public sealed class WatchLoadTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Steps = 600;

    /// <summary>What of RunPod's 200 a second the watch may use, and the few that it may use at once after a pause.</summary>
    private const double MostLooksPerSecond = 175 + 5;

    private readonly FakeJobs _jobs = new();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Theory]
    [InlineData(10_000, 60, 0)]
    [InlineData(10_000, 60, 0.005)]
    [InlineData(5_000, 60, 0.01)]
    [InlineData(2_000, 12, 0)]
    [InlineData(2_000, 12, 0.005)]
    [InlineData(10_000, 600, 0)]
    [InlineData(10_000, 600, 0.02)]
    [InlineData(500, 60, 0.02)]
    public async Task Ends_OfManyJobsThatTakeEquallyLong_AreAllSeenWithinTwoPercentOrASecond(int jobs, double seconds, double spread)
    {
        var late = await RunAsync(jobs, seconds, spread);

        late[^1].ShouldBeLessThanOrEqualTo(Promised(seconds));
    }

    /// <summary>Who ends before all that have ended of late is not expected yet.</summary>
    [Theory]
    [InlineData(5_000, 60, 0.02)]
    [InlineData(10_000, 600, 0.1)]
    public async Task Ends_OfJobsThatDoNot_AreSeenSoFor99Of100(int jobs, double seconds, double spread)
    {
        var late = await RunAsync(jobs, seconds, spread);

        late[(int)(late.Count * 0.99)].ShouldBeLessThanOrEqualTo(Promised(seconds));
    }

    /// <summary>A look tells of one job, and here each job would need several.</summary>
    [Theory]
    [InlineData(10_000, 60, 0.02, 2.4)]
    [InlineData(10_000, 60, 0.1, 12)]
    public async Task Ends_ThatTheLooksCannotReach_AreSeenWithinWhatTheJobsDiffer(int jobs, double seconds, double spread, double differ)
    {
        var late = await RunAsync(jobs, seconds, spread);

        late[^1].ShouldBeLessThanOrEqualTo(differ + 0.5);
    }

    private static double Promised(double seconds) => Math.Max(1, 0.02 * seconds);

    /// <returns>Seconds from each job's end until its chunk was told, the shortest first.</returns>
    private async Task<List<double>> RunAsync(int jobs, double seconds, double spread)
    {
        var chance = new Random(20251125);
        for (int step = 1, added = 0; step <= Steps; step++)
        {
            for (; added < (long)jobs * step / Steps; added++)
            {
                var run = seconds * (1 + spread * (2 * chance.NextDouble() - 1));
                _jobs.Add($"{added}", "run-1", TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(run), chunk: added);
            }

            await _jobs.AdvanceAsync(TimeSpan.FromSeconds(seconds / Steps));
        }

        for (var round = 0; round < 20 && _jobs.Watch.Count > 0; round++) await _jobs.AdvanceAsync(TimeSpan.FromSeconds(seconds / 5));
        List<double> late = [.. _jobs.Delays().Values.Select(delay => delay.TotalSeconds).Order()];
        late.Count.ShouldBe(jobs);
        var most = MostPerSecond();
        most.ShouldBeLessThanOrEqualTo(MostLooksPerSecond);
        output.WriteLine(
            $"{jobs} of {seconds} s, {spread:P1} more or less: {_jobs.Looks.Count} looks, at most {most:0} a second; late "
            + $"{late[jobs / 2]:0.00}, {late[(int)(jobs * 0.95)]:0.00}, {late[(int)(jobs * 0.99)]:0.00}, {late[^1]:0.00} s");
        return late;
    }

    /// <summary>In any ten seconds.</summary>
    private double MostPerSecond()
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < _jobs.Looks.Count; last++)
        {
            while (_jobs.Looks[last] - _jobs.Looks[first] >= TimeSpan.FromSeconds(10)) first++;
            most = Math.Max(most, last - first + 1);
        }

        return most / 10.0;
    }
}
