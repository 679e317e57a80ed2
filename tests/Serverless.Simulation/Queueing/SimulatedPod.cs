using System.Text;
using System.Text.Json;
using Serverless.Protocol;

namespace Serverless.Simulation.Queueing;

/// <summary>What a pod believes. It may be wrong about all of it, and go on with leases that are long over.</summary>
internal sealed class SimulatedPod(string name)
{
    private int _session = 1;
    private int _requests;

    public PodIdentity Identity => new() { Pod = name, Session = $"s{_session}" };

    /// <summary>All that it ever got an answer for and has not given up.</summary>
    public List<HeldLease> Leases { get; } = [];

    /// <summary>A call for work whose answer never came.</summary>
    public LeaseRequest? Unanswered { get; set; }

    /// <summary>Starts of its agent that are gone, and may still be heard of.</summary>
    public List<(PodIdentity Identity, HeldLease Lease)> Ghosts { get; } = [];

    public LeaseRequest Request(int max) => Unanswered ??= new LeaseRequest
    {
        Identity = Identity,
        RequestId = $"{name}-{_session}-{++_requests}",
        MaxJobs = max,
        Holding = [.. Leases.Select(held => held.Lease)],
        Facts = new PodFacts { State = PodState.Idle },
    };

    public void Take(LeaseReply reply)
    {
        Unanswered = null;
        foreach (var lease in reply.Leases) Leases.Add(new HeldLease(lease.Lease, IdsOf(lease)));
    }

    /// <summary>The agent dies and is started again, with or without knowing what it held.</summary>
    public void StartAgain(bool remembers)
    {
        Ghosts.AddRange(Leases.Select(lease => (Identity, lease)));
        if (!remembers) Leases.Clear();
        Unanswered = null;
        _session++;
    }

    public string ValueOf(string flashpoint) => $$"""{"id":"{{flashpoint}}","by":"{{name}}-{{_session}}"}""";

    public static List<string> IdsOf(WorkLease lease) =>
    [
        .. JsonElement.Parse(lease.Input.Utf8.Span).GetProperty("flashpoints").EnumerateArray()
            .Select(flashpoint => flashpoint.GetProperty("id").GetString()!),
    ];

    public static RawJson Raw(string json) => new(Encoding.UTF8.GetBytes(json));
}

/// <summary>A lease that a pod got.</summary>
/// <param name="Lease">The right.</param>
/// <param name="Given">The flashpoints that came with it.</param>
internal sealed record HeldLease(LeaseId Lease, IReadOnlyList<string> Given);
