using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Host.Tests.Harness;
using Serverless.Protocol;

namespace Serverless.Host.Tests.Work;

/// <summary>The smallest agent there can be, over real HTTP.</summary>
internal sealed class FakePod(HostHarness host, string name = "p1", string? key = null, string session = "s1")
{
    private int _requests;

    public PodIdentity Identity => new() { Pod = name, Session = session };

    public static PodFacts Facts(PodState state = PodState.Idle) => new()
    {
        State = state,
        Provider = "runpod",
        Gpu = "NVIDIA RTX A5000",
        Interruptible = true,
    };

    public LeaseRequest LeaseRequest(double wait = 0, params LeaseId[] holding) => new()
    {
        Identity = Identity,
        RequestId = $"r-{++_requests}",
        WaitSeconds = wait,
        Holding = holding,
        Facts = Facts(),
    };

    public async Task<LeaseReply> LeaseAsync(double wait = 0) =>
        Read(await PostAsync(WorkPaths.Lease, LeaseRequest(wait), WorkJson.Default.LeaseRequest), WorkJson.Default.LeaseReply);

    public async Task<HeartbeatReply> BeatAsync(params LeaseId[] jobs)
    {
        var request = new HeartbeatRequest
        {
            Identity = Identity,
            Facts = Facts(jobs.Length == 0 ? PodState.Idle : PodState.Working),
            Jobs = [.. jobs.Select(job => new JobProgress { Lease = job, Done = 1, Text = "rendering" })],
        };
        return Read(await PostAsync(WorkPaths.Heartbeat, request, WorkJson.Default.HeartbeatRequest), WorkJson.Default.HeartbeatReply);
    }

    public async Task<ResultsReply> SendAsync(LeaseId lease, params string[] ids)
    {
        var request = new ResultsRequest
        {
            Identity = Identity,
            Lease = lease,
            Entries = [.. ids.Select(id => new ResultEntry(id, Raw($$"""{"id":"{{id}}","by":"{{name}}"}""")))],
        };
        return Read(await PostAsync(WorkPaths.Results, request, WorkJson.Default.ResultsRequest), WorkJson.Default.ResultsReply);
    }

    public async Task<WorkState> CompleteAsync(LeaseId lease)
    {
        var request = new CompleteRequest { Identity = Identity, Lease = lease };
        return Read(await PostAsync(WorkPaths.Complete, request, WorkJson.Default.CompleteRequest), WorkJson.Default.EndReply).State;
    }

    /// <summary>Asks until it is lent a job.</summary>
    public async Task<WorkLease> TakeAsync() =>
        (await Calls.UntilAsync(() => LeaseAsync(wait: 20), reply => reply.Leases.Count > 0)).Leases.ShouldHaveSingleItem();

    /// <summary>Takes a job and does all of it.</summary>
    public async Task<string[]> WorkAsync()
    {
        var lease = await TakeAsync();
        var ids = IdsOf(lease);
        foreach (var id in ids) await SendAsync(lease.Lease, id);
        (await CompleteAsync(lease.Lease)).ShouldBe(WorkState.Completed);
        return ids;
    }

    public static string[] IdsOf(WorkLease lease) =>
    [
        .. JsonElement.Parse(lease.Input.Utf8.Span).GetProperty("flashpoints").EnumerateArray()
            .Select(flashpoint => flashpoint.GetProperty("id").GetString()!),
    ];

    public static RawJson Raw(string json) => new(Encoding.UTF8.GetBytes(json));

    public Task<Answer> PostAsync<T>(string path, T request, JsonTypeInfo<T> type, string? version = "1") =>
        PostAsync(path, JsonSerializer.Serialize(request, type), version);

    public Task<Answer> PostAsync(string path, string json, string? version = "1")
    {
        var headers = new List<(string, string)>();
        if (version is not null) headers.Add((ProtocolVersion.Header, version));
        if (key is not null) headers.Add((WorkPaths.KeyHeader, key));
        return host.PostAsync(path, json, [.. headers]);
    }

    private static T Read<T>(Answer answer, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(answer.With(HttpStatusCode.OK).Body, type)!;
}
