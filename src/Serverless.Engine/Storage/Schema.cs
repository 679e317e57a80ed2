using Serverless.Sqlite;

namespace Serverless.Engine.Storage;

/// <summary>The engine's tables.</summary>
internal static class Schema
{
    /// <summary>"fano" in ASCII: marks the file as ours.</summary>
    private const int ApplicationId = 0x66616E6F;

    /// <summary>The version from which on rows of instances have checksums.</summary>
    public const int FirstWithRowChecksums = 3;

    /// <summary>The tables, and how a file comes by them.</summary>
    public static SqliteSchema Tables { get; } = new(ApplicationId,
    [
        // Times are milliseconds since 1970 UTC. A history position is (instance key << 24) + segment, which keeps the
        // segments of an instance side by side without an index.
        """
        CREATE TABLE instances(
          key INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          name TEXT NOT NULL,
          status INTEGER NOT NULL,
          root_key INTEGER NOT NULL,
          parent_key INTEGER,
          parent_id TEXT,
          parent_task INTEGER,
          reported INTEGER NOT NULL DEFAULT 0,
          cascade INTEGER NOT NULL DEFAULT 0,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          open_activities INTEGER NOT NULL DEFAULT 0,
          wake_at INTEGER,
          input BLOB,
          output BLOB,
          custom_status BLOB,
          failure BLOB
        ) STRICT;
        CREATE INDEX instances_parent ON instances(parent_key) WHERE parent_key IS NOT NULL;
        CREATE INDEX instances_live ON instances(status) WHERE status IN (0, 6, 7);
        CREATE TABLE history(
          position INTEGER PRIMARY KEY,
          checksum INTEGER NOT NULL,
          events BLOB NOT NULL
        ) STRICT;
        """,

        // How often the process died while an activity ran; rows of instances that have ended go at the next start.
        """
        CREATE TABLE interruptions(
          instance INTEGER NOT NULL,
          task INTEGER NOT NULL,
          count INTEGER NOT NULL,
          PRIMARY KEY(instance, task)
        ) STRICT, WITHOUT ROWID;
        """,

        // NULL where an older version wrote: nobody can vouch for that.
        """
        ALTER TABLE instances ADD COLUMN identity_checksum INTEGER;
        ALTER TABLE instances ADD COLUMN state_checksum INTEGER;
        ALTER TABLE instances ADD COLUMN input_checksum INTEGER;
        ALTER TABLE instances ADD COLUMN output_checksum INTEGER;
        ALTER TABLE instances ADD COLUMN failure_checksum INTEGER;
        ALTER TABLE instances ADD COLUMN custom_status_checksum INTEGER;
        """,
        // The newest runs are listed without walking over their chunks.
        "CREATE INDEX instances_roots ON instances(key) WHERE parent_key IS NULL;",
    ]);
}
