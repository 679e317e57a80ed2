namespace Serverless.Simulation;

/// <summary>Runs many seeds. Each runs on one thread; several threads each take a share of them.</summary>
/// <param name="folder">For the databases.</param>
/// <param name="first">The first seed.</param>
/// <param name="last">The last seed.</param>
internal sealed class Campaign(string folder, ulong first, ulong last)
{
    private const long SeedsPerReport = 1000;

    private readonly Lock _gate = new();
    private (Defect Found, Defect Smallest)? _defect;
    private long _done;
    private long _taken = -1;

    /// <summary>Told now and then how many seeds are done.</summary>
    public Action<long>? Progress { get; init; }

    /// <summary>Told what happens, step by step.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Runs until all are done or one fails; that one is then made smaller.</summary>
    public (Defect Found, Defect Smallest)? Run()
    {
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(number => new Thread(() => Work(number)))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return _defect;
    }

    private void Work(int number)
    {
        var seeds = new SeedRunner(Directory.CreateDirectory(Path.Combine(folder, $"{number}")).FullName, Trace);
        while (_defect is null)
        {
            var seed = first + (ulong)Interlocked.Increment(ref _taken);
            if (seed > last) return;
            if (seeds.Run(seed) is { } found)
            {
                lock (_gate)
                {
                    if (_defect is null || found.Seed < _defect.Value.Found.Seed) _defect = (found, seeds.Shrink(found));
                }
            }

            var done = Interlocked.Increment(ref _done);
            if (done % SeedsPerReport == 0) Progress?.Invoke(done);
        }
    }
}
