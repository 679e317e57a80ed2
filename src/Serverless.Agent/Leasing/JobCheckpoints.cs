using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Serverless.Agent.Checkpoints;
using Serverless.Core.Storage;
using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>
/// The checkpoints within one job: for work on a flashpoint that takes hours. Kept under the job's id, so that the next holder finds
/// them, on whatever machine.
/// </summary>
internal sealed class JobCheckpoints : IDisposable
{
    private readonly PrefixedObjectStore _objects;
    private readonly string _place;
    private readonly CheckpointOptions _options;
    private readonly CheckpointSync _sync;
    private readonly CheckpointResume _resume;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();
    private Task _syncing = Task.CompletedTask;

    /// <param name="options">The folder of all jobs' checkpoints, and how they are kept.</param>
    /// <param name="objects">The store of all jobs' checkpoints.</param>
    /// <param name="place">What people call that.</param>
    /// <param name="lease">The right to the job.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Takes what is said.</param>
    public JobCheckpoints(
        CheckpointOptions options, IObjectStore objects, string place, LeaseId lease, TimeProvider clock, ILogger logger)
    {
        // Ids of jobs are anybody's text; names in stores are not.
        var name = $"jobs/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lease.Job)))[..16]}/";
        _logger = logger;
        _objects = new PrefixedObjectStore(objects, name);
        _place = $"{place.TrimEnd('/')}/{name}";
        _options = options with { Folder = Path.Combine(options.Folder, name) };
        var folder = new CheckpointFolder(_options.Folder);
        var store = new CheckpointStore(_objects);
        var owner = new LeaseOwner(lease.Token);
        _sync = new CheckpointSync(_options, folder, store, owner, clock, logger);
        _resume = new CheckpointResume(_options, folder, store, owner, _sync, clock, logger);
    }

    /// <summary>The newest in the store; null when there is none.</summary>
    public CheckpointClaim? Claim => _sync.Newest is not { } newest ? null : new CheckpointClaim
    {
        Location = $"{_place}{CheckpointNames.Manifest(newest.Number, newest.Generation)}",
        Bytes = newest.Bytes,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(newest.Write())),
        Step = newest.Step,
    };

    /// <summary>Finds what to go on from, and begins to upload.</summary>
    /// <param name="environment">The worker's; is told of it.</param>
    /// <param name="cancellationToken">The job is over.</param>
    public async Task BeginAsync(IDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.Folder);
        environment["FANOUT_CHECKPOINT_DIR"] = Path.GetFullPath(_options.Folder);
        if (await _resume.PrepareAsync(cancellationToken) is { } path) environment["FANOUT_CHECKPOINT"] = path;
        _syncing = _sync.RunAsync(_ended.Token);
    }

    /// <summary>The provider recommends haste.</summary>
    public Task HurryAsync(CancellationToken cancellationToken) => _sync.LookAsync(isUrgent: true, cancellationToken);

    /// <summary>The worker has ended: uploads what it has left.</summary>
    public async Task EndAsync(bool isTrusted, CancellationToken cancellationToken)
    {
        await _ended.CancelAsync();
        await _syncing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sync.FlushAsync(isTrusted, cancellationToken);
    }

    /// <summary>The job is done: nobody goes on from them. What a store that fails keeps is only litter.</summary>
    public async Task TryDeleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _objects.DeleteAsync(CheckpointNames.All, cancellationToken);
            Directory.Delete(_options.Folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            _logger.StoreFailed("checkpoints of a job that is done", exception.Message);
        }
    }

    public void Dispose()
    {
        _sync.Dispose();
        _ended.Dispose();
    }
}
