namespace Serverless.Simulation.Queueing;

/// <summary>Runs many seeds of the queue, on several threads.</summary>
/// <param name="folder">For the files.</param>
/// <param name="first">The first seed.</param>
/// <param name="last">The last seed.</param>
internal sealed class QueueCampaign(string folder, ulong first, ulong last)
{
    private readonly Lock _gate = new();
    private (ulong Seed, string Why)? _defect;
    private long _taken = -1;

    /// <summary>Told what happens, step by step.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Runs until all are done or one fails.</summary>
    /// <returns>The seed that failed, and why; null when all is well.</returns>
    public string? Run()
    {
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return _defect is { } defect ? $"Queue seed {defect.Seed}: {defect.Why}" : null;
    }

    private void Work()
    {
        while (_defect is null)
        {
            var seed = first + (ulong)Interlocked.Increment(ref _taken);
            if (seed > last) return;
            var seedFolder = Directory.CreateDirectory(Path.Combine(folder, $"queue-{seed}")).FullName;
            try
            {
                using (var run = new QueueSeed(Path.Combine(seedFolder, "queue.db"), seed, Trace)) run.Run();
                Directory.Delete(seedFolder, recursive: true);
            }
            catch (Exception e)
            {
                // Whatever it is, it is a finding. The file is left to look at.
                lock (_gate)
                {
                    if (_defect is null || seed < _defect.Value.Seed)
                        _defect = (seed, e is Running.SimulationFailure ? e.Message : e.ToString());
                }
            }
        }
    }
}
