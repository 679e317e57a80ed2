using Serverless.Sqlite;

namespace Serverless.Pods.Storage;

/// <summary>The queue's tables.</summary>
internal static class QueueSchema
{
    /// <summary>"fanq" in ASCII: marks the file as ours.</summary>
    private const int ApplicationId = 0x66616E71;

    /// <summary>The version from which on there are orders and hours.</summary>
    public const int WithOrders = 2;

    /// <summary>The tables, and how a file comes by them.</summary>
    public static SqliteSchema Tables { get; } = new(ApplicationId,
    [
        // Times are milliseconds since 1970 UTC. Inputs and results lie apart from the jobs, so that looking at jobs reads none
        // of them. A token is never given twice, whatever becomes of the job that had it.
        """
        CREATE TABLE jobs(
          key INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          name TEXT NOT NULL,
          state INTEGER NOT NULL,
          outcome INTEGER NOT NULL DEFAULT 0,
          used INTEGER NOT NULL,
          attempts INTEGER NOT NULL DEFAULT 0,
          max_attempts INTEGER NOT NULL,
          returns INTEGER NOT NULL DEFAULT 0,
          token INTEGER NOT NULL DEFAULT 0,
          pod TEXT,
          session TEXT,
          grant_id TEXT,
          submitted_at INTEGER NOT NULL,
          first_granted_at INTEGER,
          granted_at INTEGER,
          granted_seq INTEGER NOT NULL DEFAULT 0,
          heard_at INTEGER,
          ended_at INTEGER,
          held_ms INTEGER NOT NULL DEFAULT 0,
          execution_timeout_ms INTEGER NOT NULL,
          error TEXT,
          fault INTEGER NOT NULL DEFAULT 0,
          flashpoints INTEGER NOT NULL,
          done INTEGER NOT NULL DEFAULT 0,
          progress INTEGER NOT NULL DEFAULT 0,
          progress_text TEXT,
          checkpoint BLOB
        ) STRICT;
        CREATE INDEX jobs_queued ON jobs(key) WHERE state = 0;
        CREATE INDEX jobs_running ON jobs(pod) WHERE state = 1;
        CREATE INDEX jobs_ended ON jobs(ended_at) WHERE state > 1;
        CREATE TABLE inputs(job INTEGER PRIMARY KEY, input BLOB NOT NULL) STRICT;
        CREATE TABLE results(
          seq INTEGER PRIMARY KEY AUTOINCREMENT,
          job INTEGER NOT NULL,
          ordinal INTEGER NOT NULL,
          id TEXT NOT NULL,
          value BLOB NOT NULL,
          UNIQUE(job, ordinal)
        ) STRICT;
        CREATE TABLE ends(
          job INTEGER NOT NULL,
          token INTEGER NOT NULL,
          call INTEGER NOT NULL,
          state INTEGER NOT NULL,
          PRIMARY KEY(job, token)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE pods(
          name TEXT PRIMARY KEY,
          session TEXT NOT NULL,
          seen_at INTEGER NOT NULL,
          facts BLOB NOT NULL,
          notice BLOB,
          notice_session TEXT,
          completed INTEGER NOT NULL DEFAULT 0,
          interruptions INTEGER NOT NULL DEFAULT 0,
          losses INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE sessions(
          pod TEXT NOT NULL,
          session TEXT NOT NULL,
          PRIMARY KEY(pod, session)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE events(
          seq INTEGER PRIMARY KEY AUTOINCREMENT,
          at INTEGER NOT NULL,
          pod TEXT NOT NULL,
          kind INTEGER NOT NULL,
          job TEXT,
          text TEXT
        ) STRICT;
        CREATE TABLE tokens(last INTEGER NOT NULL) STRICT;
        INSERT INTO tokens(last) VALUES(0);
        """,

        // What a pod was ordered to do (WorkCommand), the start of its agent whose end was counted as an interruption, and in which
        // hour of the day (UTC). How long pods were there within each of those hours, and how often one was taken.
        """
        ALTER TABLE pods ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE pods ADD COLUMN taken_session TEXT;
        ALTER TABLE pods ADD COLUMN taken_hour INTEGER;
        CREATE TABLE hours(
          hour INTEGER PRIMARY KEY,
          since INTEGER NOT NULL,
          pod_ms INTEGER NOT NULL,
          interruptions INTEGER NOT NULL
        ) STRICT;
        """,
    ]);
}
