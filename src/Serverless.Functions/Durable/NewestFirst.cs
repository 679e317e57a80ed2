using System.Globalization;
using Microsoft.DurableTask.Client;
using Serverless.Durable;
using DurableMetadata = Microsoft.DurableTask.Client.OrchestrationMetadata;
using Metadata = Serverless.Durable.OrchestrationMetadata;
using Query = Serverless.Durable.OrchestrationQuery;

namespace Serverless.Functions.Durable;

/// <summary>
/// Instances in the order in which they were created, the last one first, which Durable Task does not offer. Each page reads
/// all instances that match on the server, a thousand at a time and without payloads; then those of the page, one by one, when
/// payloads are wanted. Memory holds one page.
/// </summary>
internal sealed class NewestFirst(DurableTaskClient client)
{
    private const int ReadsAtOnce = 16;

    public async Task<OrchestrationPage> ReadAsync(Query query, CancellationToken cancellation)
    {
        var all = query with { ContinuationToken = null, FetchInputsAndOutputs = false, PageSize = InstanceList.MaxPageSize };
        var behind = Place.Parse(query.ContinuationToken);
        var newest = new PriorityQueue<DurableMetadata, Place>();
        await foreach (var instance in client.GetAllInstancesAsync(InstanceList.ToDurableTask(all)).WithCancellation(cancellation))
        {
            if (!InstanceList.Matches(query, instance)) continue;
            var place = Place.Of(instance);
            if (behind is { } last && place.CompareTo(last) >= 0) continue;
            newest.Enqueue(instance, place);

            // One more than fits tells whether there is another page.
            if (newest.Count > query.PageSize + 1) newest.Dequeue();
        }

        var found = new List<DurableMetadata>();
        var hasMore = newest.Count > query.PageSize;
        if (hasMore) newest.Dequeue();
        while (newest.TryDequeue(out var instance, out _)) found.Insert(0, instance);
        var token = hasMore ? Place.Of(found[^1]).ToString() : null;
        return new OrchestrationPage(await ToPortAsync(found, query.FetchInputsAndOutputs, cancellation), token);
    }

    private async Task<IReadOnlyList<Metadata>> ToPortAsync(
        IReadOnlyList<DurableMetadata> found, bool withPayloads, CancellationToken cancellation)
    {
        if (!withPayloads) return [.. found.Select(instance => InstanceMetadata.ToPort(instance, withPayloads: false))];
        var values = new List<Metadata>();
        foreach (var some in found.Chunk(ReadsAtOnce))
        {
            var whole = await Task.WhenAll(some.Select(one => client.GetInstanceAsync(one.InstanceId, true, cancellation)));
            values.AddRange(whole.OfType<DurableMetadata>().Select(instance => InstanceMetadata.ToPort(instance, withPayloads: true)));
        }

        return values;
    }

    /// <summary>Where an instance stands in the order: by its creation, then by its id.</summary>
    private readonly record struct Place(long CreatedAtTicks, string InstanceId) : IComparable<Place>
    {
        public static Place Of(DurableMetadata instance) => new(instance.CreatedAt.UtcTicks, instance.InstanceId);

        /// <exception cref="ArgumentException">The token is none that <see cref="ToString"/> gave.</exception>
        public static Place? Parse(string? token)
        {
            if (token is null) return null;
            var parts = token.Split(' ', 2);
            return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                ? new Place(ticks, parts[1])
                : throw new ArgumentException($"The continuation token '{token}' is none of ours.", nameof(token));
        }

        public int CompareTo(Place other) => CreatedAtTicks != other.CreatedAtTicks
            ? CreatedAtTicks.CompareTo(other.CreatedAtTicks)
            : string.CompareOrdinal(InstanceId, other.InstanceId);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CreatedAtTicks} {InstanceId}");
    }
}
