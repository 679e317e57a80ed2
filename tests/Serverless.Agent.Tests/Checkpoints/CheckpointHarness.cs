using Serverless.Agent.Checkpoints;
using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

/// <summary>Machines that come and go over a store that stays, on a driven clock.</summary>
/// <param name="objects">The store.</param>
internal sealed class CheckpointHarness(IObjectStore objects) : IDisposable
{
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();
    private int _machines;

    public IObjectStore Objects { get; } = objects;

    public ManualClock Clock { get; } = new();

    public RecordedLog<CheckpointHarness> Log { get; } = new();

    /// <summary>A machine with an empty disk.</summary>
    public CheckpointMachine NewMachine(
        int keep = 3, TimeSpan interval = default, int blockBytes = 1024, ICheckpointOwner? owner = null) =>
        Machine(++_machines, keep, interval, blockBytes, owner);

    /// <summary>The first machine again, with its disk.</summary>
    public CheckpointMachine SameMachine(ICheckpointOwner owner) => Machine(1, keep: 3, interval: default, blockBytes: 1024, owner);

    private CheckpointMachine Machine(int number, int keep, TimeSpan interval, int blockBytes, ICheckpointOwner? owner) => new(
        this,
        new CheckpointOptions
        {
            Folder = _folder.File($"machine-{number}"),
            Settle = Settle,
            Keep = keep,
            UploadInterval = interval,
            BlockBytes = blockBytes,
        },
        owner);

    public void Dispose() => _folder.Dispose();
}

/// <summary>One machine.</summary>
internal sealed class CheckpointMachine : IDisposable
{
    private readonly CheckpointHarness _harness;
    private readonly CheckpointFolder _folder;

    public CheckpointMachine(CheckpointHarness harness, CheckpointOptions options, ICheckpointOwner? owner = null)
    {
        _harness = harness;
        Path = options.Folder;
        _folder = new CheckpointFolder(Path);
        Store = new CheckpointStore(harness.Objects);
        owner ??= new LeaseOwner(0);
        Sync = new CheckpointSync(options, _folder, Store, owner, harness.Clock, harness.Log);
        Resume = new CheckpointResume(options, _folder, Store, owner, Sync, harness.Clock, harness.Log);
    }

    public string Path { get; }

    public CheckpointStore Store { get; }

    public CheckpointSync Sync { get; }

    public CheckpointResume Resume { get; }

    /// <summary>The program saves a checkpoint; every one is written later than those before.</summary>
    public void Save(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        _harness.Clock.Advance(TimeSpan.FromMilliseconds(1));
        File.SetLastWriteTimeUtc(path, _harness.Clock.GetUtcNow().UtcDateTime);
    }

    public string Read(string name) => File.ReadAllText(System.IO.Path.Combine(Path, name));

    /// <summary>Saves, and lets it be uploaded.</summary>
    public async Task SaveAndUploadAsync(string name, string content)
    {
        Save(name, content);
        await Sync.LookAsync(isUrgent: false, default);
        _harness.Clock.Advance(CheckpointHarness.Settle);
        await Sync.LookAsync(isUrgent: false, default);
    }

    /// <summary>What the program is told to go on from, by its name.</summary>
    public async Task<string?> StartAsync() =>
        await Resume.PrepareAsync(default) is { } path ? System.IO.Path.GetRelativePath(Path, path) : null;

    public void Dispose() => Sync.Dispose();
}
