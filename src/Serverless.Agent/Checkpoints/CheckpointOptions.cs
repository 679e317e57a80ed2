namespace Serverless.Agent.Checkpoints;

/// <summary>How checkpoints are looked for and kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The folder that the program writes its checkpoints into: each file or folder in it is one.</summary>
    public required string Folder { get; init; }

    /// <summary>How long a checkpoint must not have changed before it is taken for whole. Default: 5 seconds.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest time between two uploads; zero means on every change. Default: zero.</summary>
    public TimeSpan UploadInterval { get; init; }

    /// <summary>How many of the newest checkpoints the store keeps, from 1 to 1,000. With one there is none before a corrupt
    /// one. Default: 3.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>How long a store that does not answer is asked again before the start is given up. Default: 5 minutes.</summary>
    public TimeSpan StorePatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of a block: what is uploaded at once, and what an upload that was broken off loses. Default: 32 MiB.</summary>
    public int BlockBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Two looks within the time that a checkpoint takes to settle.</summary>
    internal TimeSpan LookInterval => TimeSpan.FromTicks(Math.Clamp(
        Settle.Ticks / 2, TimeSpan.TicksPerMillisecond * 100, TimeSpan.TicksPerSecond * 5));
}
