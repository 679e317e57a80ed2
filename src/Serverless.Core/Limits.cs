namespace Serverless.Core;

/// <summary>Every bound of a run in one place: its unit, why it is there, and what happens beyond it.</summary>
public static class Limits
{
    /// <summary>Characters in a run id. It is a folder, an instance id, part of a URL. Longer: refused.</summary>
    public const int MaxRunIdLength = 100;

    /// <summary>Characters in a flashpoint's id. Ids go into every checkpoint and into history. Longer ones are
    /// refused when the source is read.</summary>
    public const int MaxFlashpointIdLength = 256;

    /// <summary>Levels of objects and lists in a flashpoint, itself included. Room for the wrappers around it below
    /// the 64 levels that JSON readers commonly take. Deeper input is refused.</summary>
    public const int MaxFlashpointDepth = 56;

    /// <summary>Levels of objects and lists in a worker's output, the list of results included, for the same reason.
    /// Deeper output is unusable.</summary>
    public const int MaxOutputDepth = 60;

    /// <summary>Bytes of one flashpoint that the reader takes in. It has to stand in memory to be checked, and far less
    /// fits into a job. A source with a larger one is refused; one between this and <see cref="MaxChunkBytes"/> is handed
    /// over by reference where the store can do that, and else is null in the results, with that reason.</summary>
    public const int MaxFlashpointBytes = 64 * 1024 * 1024;

    /// <summary>Flashpoints in a run. Their indexes and sizes are held in memory while planning, 8 bytes each, and a
    /// fingerprint of each id while reading, about 40. A longer source is refused.</summary>
    public const int MaxFlashpoints = 10_000_000;

    /// <summary>Workers of a run, which is chunks in flight at once. More than any account is given. A larger number is
    /// refused as bad usage.</summary>
    public const int MaxWorkers = 10_000;

    /// <summary>Chunks of a run, retries included. Chunk numbers have six digits in object names. Planning or
    /// retrying beyond it fails and asks for larger chunks.</summary>
    public const int MaxChunks = 1_000_000;

    /// <summary>Chunks under one orchestration. A parent's history grows with its children. More of them fan out
    /// through group orchestrations.</summary>
    public const int MaxChunksPerGroup = 500;

    /// <summary>Groups under one orchestration. What groups tell their parent grows its history too. Runs that need more than
    /// half of them start them through section orchestrations, which may have up to as many.</summary>
    public const int MaxGroupsPerSection = 50;

    /// <summary>Chunks that a run's report and its snapshots list one by one. A million would be an answer of hundreds of
    /// megabytes. Beyond it the report lists those that have not completed, up to as many, and snapshots list none.</summary>
    public const int MaxChunksListed = 10_000;

    /// <summary>Attempts of a chunk. Their numbers have three digits in object names. More cannot be stored.</summary>
    public const int MaxAttempts = 999;

    /// <summary>Bytes of a job's request body that RunPod takes at /run: 10 MiB. A larger one never leaves.</summary>
    public const int MaxJobBodyBytes = 10 * 1024 * 1024;

    /// <summary>Bytes of that body for all but the flashpoints: run id, options, timeouts, policy, webhook.</summary>
    public const int JobBodyReserveBytes = 64 * 1024;

    /// <summary>Bytes of a chunk's flashpoints as one JSON array. Larger chunks are split; a flashpoint that is larger
    /// by itself goes by reference, or is in no chunk and null in the results.</summary>
    public const int MaxChunkBytes = MaxJobBodyBytes - JobBodyReserveBytes;

    /// <summary>Bytes of chunk inputs held in memory while they are written. Plans whose chunks interleave read the
    /// manifest once per this much; contiguous plans read it once.</summary>
    public const int MaxBufferedChunkBytes = 32 * 1024 * 1024;

    /// <summary>Bytes of an output that a reference stands for. It is held in memory while its entries are given to their
    /// flashpoints. A larger one is unusable: the attempt counts as failed.</summary>
    public const int MaxReferencedBytes = 512 * 1024 * 1024;

    /// <summary>Chunk inputs written at once, so that stores share the price of making them durable. A store behind a network
    /// takes some 15 ms for each: hundreds of thousands have to be written within the ten minutes that an activity may get.</summary>
    public const int MaxConcurrentWrites = 32;

    /// <summary>Checkpoint objects that aggregation reads side by side. Each holds a handle and a buffer. Beyond it
    /// they are merged in rounds.</summary>
    public const int MaxOpenObjects = 128;

    /// <summary>Characters of an error kept with a checkpoint. Workers report whole tracebacks; the log has the rest.
    /// Longer ones are cut and end in an ellipsis.</summary>
    public const int MaxErrorLength = 2_000;

    /// <summary>Characters of JSON that an instance shows while it runs: 16 KiB of UTF-16, which is what Durable Functions
    /// allows. Azure Storage takes no row with more than 64 KiB in one place, and an instance whose row is not taken never goes
    /// on. A chunk shows its newest attempts alone.</summary>
    public const int MaxShownLength = 8 * 1024;

    /// <summary>Failures that an aggregation hands back, so that history stays small. All of them are stored beside the
    /// results.</summary>
    public const int MaxFailuresListed = 1_000;
}
