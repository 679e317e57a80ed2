using Xunit.Abstractions;

namespace Serverless.Core.Tests.Watching;

/// <summary>How late ends are seen when as many end as RunPod lets be seen: virtual time, the real watch.</summary>
public sealed class WatchLoadTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly FakeJobs _jobs = new();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Theory]
    [InlineData(10_000, 60, 0.0)]
    [InlineData(10_000, 60, 0.005)]
    [InlineData(10_000, 60, 0.02)]
    [InlineData(10_000, 60, 0.1)]
    [InlineData(10_000, 60, 0.3)]
    [InlineData(2_000, 12, 0.0)]
    [InlineData(2_000, 12, 0.005)]
    [InlineData(5_000, 60, 0.0)]
    [InlineData(5_000, 60, 0.02)]
    [InlineData(5_000, 60, 0.1)]
    [InlineData(10_000, 600, 0.0)]
    [InlineData(10_000, 600, 0.1)]
    [InlineData(10_000, 600, 0.3)]
    public async Task Watch_ManyJobs_Figures(int jobs, double seconds, double spread)
    {
        var chance = new Random(1);
        var step = TimeSpan.FromSeconds(seconds / 600);
        var added = 0;
        for (var i = 0; i < 600; i++)
        {
            for (; added < jobs * (i + 1) / 600; added++)
            {
                var run = seconds * (1 + spread * (2 * chance.NextDouble() - 1));
                _jobs.Add($"{added}", "run-1", TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(run), chunk: added);
            }

            await _jobs.AdvanceAsync(step);
        }

        for (var i = 0; i < 40 && _jobs.Watch.Count > 0; i++) await _jobs.AdvanceAsync(TimeSpan.FromSeconds(seconds / 10));
        var late = _jobs.Delays().Values.Select(delay => delay.TotalSeconds).Order().ToList();
        var looks = _jobs.Looks.Select(look => look.UtcTicks / 1e7).ToList();
        var most = Enumerable.Range(0, (int)(looks[^1] - looks[0])).Max(s => looks.Count(look => look >= looks[0] + s && look < looks[0] + s + 10)) / 10.0;
        output.WriteLine(
            $"{jobs} of {seconds} s +-{spread:P0}: ended {late.Count}, looks {looks.Count}, most/s {most:0}, late median {late[late.Count / 2]:0.00} p95 {late[(int)(late.Count * 0.95)]:0.00} p99 {late[(int)(late.Count * 0.99)]:0.00} most {late[^1]:0.00}");
        var worst = _jobs.Delays().OrderByDescending(pair => pair.Value).Take(400).ToList();
        output.WriteLine("worst: " + string.Join(" ", worst.Where((_, i) => i % 20 == 0).Select(pair => $"{pair.Key}:{pair.Value.TotalSeconds:0.0}")));
        var bysec = looks.GroupBy(look => (int)((look - looks[0]) / (seconds / 10))).Select(group => $"{group.Count() / (seconds / 10):0}");
        output.WriteLine("looks/s by tenth: " + string.Join(" ", bysec));
    }
}
