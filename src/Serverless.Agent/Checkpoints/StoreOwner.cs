using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Agent.Checkpoints;

/// <summary>
/// Keeps a store with one machine at a time: the one that started last. Each leaves a mark with a generation of its own, and stops
/// when it sees a higher one. Needs nothing of the store but that a list shows what was written before.
/// </summary>
/// <param name="objects">The store.</param>
/// <param name="machine">This machine's name.</param>
/// <param name="id">A text that no other start has.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Takes what is said.</param>
internal sealed class StoreOwner(IObjectStore objects, string machine, string id, TimeProvider clock, ILogger logger)
    : ICheckpointOwner, IDisposable
{
    /// <summary>How often a program that saves nothing is asked about.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _superseded = new();
    private readonly Lock _gate = new();

    public long Generation { get; private set; }

    /// <summary>Cancelled when another has taken the store.</summary>
    public CancellationToken Superseded => _superseded.Token;

    public async Task ClaimAsync(CancellationToken cancellationToken)
    {
        if (Generation == 0) Generation = await TakeAsync(cancellationToken);
        if (await SuccessorAsync(cancellationToken) is { } successor) throw new SupersededException(successor);
    }

    public async Task<bool> IsStillOursAsync(CancellationToken cancellationToken) => await SuccessorAsync(cancellationToken) is null;

    /// <summary>Looks now and then.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                if (Generation > 0 && !await IsStillOursAsync(cancellationToken)) return;
            }
            catch (IOException exception)
            {
                logger.StoreFailed("its owner", exception.Message);
            }
        }
    }

    public void Dispose() => _superseded.Dispose();

    /// <summary>
    /// Takes the next generation. Of two that write the same one, the later sees the earlier's mark in its list, and goes on; those
    /// that see each other go on by different steps.
    /// </summary>
    private async Task<long> TakeAsync(CancellationToken cancellationToken)
    {
        var marks = await MarksAsync(cancellationToken);
        var wanted = Highest(marks) + 1;
        while (true)
        {
            var mine = new OwnerMark(wanted, id, machine, clock.GetUtcNow());
            await objects.WriteJsonAsync(OwnerMark.NameOf(wanted, id), mine, CheckpointJson.Default.OwnerMark, cancellationToken);
            marks = await MarksAsync(cancellationToken);
            var equals = marks.Where(mark => mark.Generation == wanted && mark.Id != id).ToList();
            if (equals.Count == 0) break;
            wanted = Highest(marks) + 1 + equals.Count(mark => string.CompareOrdinal(mark.Id, id) < 0);
        }

        foreach (var (generation, other) in marks.Where(mark => mark.Generation < wanted))
            await objects.DeleteAsync(OwnerMark.NameOf(generation, other), cancellationToken);
        return wanted;
    }

    private async Task<OwnerMark?> SuccessorAsync(CancellationToken cancellationToken)
    {
        var (generation, other) = (await MarksAsync(cancellationToken)).MaxBy(mark => mark.Generation);
        if (generation <= Generation) return null;
        var successor = await ReadAsync(generation, other, cancellationToken);
        lock (_gate)
        {
            if (_superseded.IsCancellationRequested) return successor;
            logger.Superseded(successor.Text);
            _superseded.Cancel();
        }

        return successor;
    }

    private async Task<List<(long Generation, string Id)>> MarksAsync(CancellationToken cancellationToken)
    {
        var marks = new List<(long, string)>();
        await foreach (var name in objects.ListAsync(OwnerMark.All, cancellationToken))
        {
            if (OwnerMark.Parse(name) is { } mark) marks.Add(mark);
        }

        return marks;
    }

    /// <summary>Whose it is can be read as a rule; that there is one, its name says.</summary>
    private async Task<OwnerMark> ReadAsync(long generation, string other, CancellationToken cancellationToken)
    {
        var nameless = new OwnerMark(generation, other, "", clock.GetUtcNow());
        try
        {
            var name = OwnerMark.NameOf(generation, other);
            return await objects.ReadJsonAsync(name, CheckpointJson.Default.OwnerMark, cancellationToken) ?? nameless;
        }
        catch (JsonException)
        {
            return nameless;
        }
    }

    private static long Highest(List<(long Generation, string Id)> marks) => marks.Count == 0 ? 0 : marks.Max(mark => mark.Generation);
}
