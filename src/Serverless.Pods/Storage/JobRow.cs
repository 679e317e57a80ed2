using Microsoft.Data.Sqlite;
using Serverless.Protocol;

namespace Serverless.Pods.Storage;

/// <summary>A job as the file has it.</summary>
internal sealed record JobRow
{
    /// <summary>What <see cref="Read"/> reads.</summary>
    public const string Columns =
        "key, id, name, state, outcome, used, attempts, max_attempts, returns, token, pod, session, grant_id, submitted_at, " +
        "first_granted_at, granted_at, granted_seq, heard_at, ended_at, held_ms, execution_timeout_ms, error, fault, flashpoints, " +
        "done, progress, progress_text, checkpoint";

    public required long Key { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required WorkState State { get; init; }

    public required JobOutcome Outcome { get; init; }

    /// <summary>Tries of the chunk that earlier jobs have used up.</summary>
    public required int Used { get; init; }

    /// <summary>Tries of this job that count, the one under way included.</summary>
    public required int Attempts { get; init; }

    /// <summary>Tries of the chunk in all.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How often it came back without that being counted.</summary>
    public required int Returns { get; init; }

    /// <summary>The newest token; 0 when it was never lent.</summary>
    public required long Token { get; init; }

    /// <summary>Who got that token. Stays when the job comes back, so that the same pod may go on.</summary>
    public required string? Pod { get; init; }

    public required string? Session { get; init; }

    public required string? GrantId { get; init; }

    public required long SubmittedAt { get; init; }

    public required long? FirstGrantedAt { get; init; }

    public required long? GrantedAt { get; init; }

    /// <summary>The newest result when it was lent: those beyond it are the holder's.</summary>
    public required long GrantedSeq { get; init; }

    public required long? HeardAt { get; init; }

    public required long? EndedAt { get; init; }

    /// <summary>How long pods have held it, the one that holds it now left out.</summary>
    public required long HeldMilliseconds { get; init; }

    public required long ExecutionTimeoutMilliseconds { get; init; }

    public required string? Error { get; init; }

    public required WorkFault Fault { get; init; }

    public required int Flashpoints { get; init; }

    /// <summary>Flashpoints with a result.</summary>
    public required int Done { get; init; }

    /// <summary>Flashpoints that the holder says are done.</summary>
    public required int Progress { get; init; }

    public required string? ProgressText { get; init; }

    public required byte[]? Checkpoint { get; init; }

    /// <summary>Which try of the chunk this is.</summary>
    public int AttemptNumber => Used + Attempts;

    public static JobRow Read(SqliteDataReader row) => new()
    {
        Key = row.GetInt64(0),
        Id = row.GetString(1),
        Name = row.GetString(2),
        State = (WorkState)row.GetInt32(3),
        Outcome = (JobOutcome)row.GetInt32(4),
        Used = row.GetInt32(5),
        Attempts = row.GetInt32(6),
        MaxAttempts = row.GetInt32(7),
        Returns = row.GetInt32(8),
        Token = row.GetInt64(9),
        Pod = Text(row, 10),
        Session = Text(row, 11),
        GrantId = Text(row, 12),
        SubmittedAt = row.GetInt64(13),
        FirstGrantedAt = Number(row, 14),
        GrantedAt = Number(row, 15),
        GrantedSeq = row.GetInt64(16),
        HeardAt = Number(row, 17),
        EndedAt = Number(row, 18),
        HeldMilliseconds = row.GetInt64(19),
        ExecutionTimeoutMilliseconds = row.GetInt64(20),
        Error = Text(row, 21),
        Fault = (WorkFault)row.GetInt32(22),
        Flashpoints = row.GetInt32(23),
        Done = row.GetInt32(24),
        Progress = row.GetInt32(25),
        ProgressText = Text(row, 26),
        Checkpoint = row.IsDBNull(27) ? null : row.GetFieldValue<byte[]>(27),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}

/// <summary>How a job ended. The numbers are in the file.</summary>
internal enum JobOutcome
{
    None = 0,
    Completed = 1,
    Failed = 2,
    TimedOut = 3,
    Cancelled = 4,
}

/// <summary>Which call ended a lease. The numbers are in the file.</summary>
internal enum EndCall
{
    Complete = 1,
    Fail = 2,
    Release = 3,
}
