using Microsoft.Data.Sqlite;

namespace Serverless.Sqlite;

/// <summary>The tables of a file, as numbered steps that only ever go forward.</summary>
/// <param name="applicationId">Marks the file as its owner's.</param>
/// <param name="migrations">What brings the file from each version to the next.</param>
public sealed class SqliteSchema(int applicationId, IReadOnlyList<string> migrations)
{
    /// <summary>The version of a file, which is its owner's or empty. Changes nothing; fails when the file is of a newer version,
    /// or another program's.</summary>
    public int Check(SqliteConnection connection, string path, SqliteFileFailure fail)
    {
        ArgumentNullException.ThrowIfNull(fail);
        var version = (int)Scalar(connection, "PRAGMA user_version");
        var application = (int)Scalar(connection, "PRAGMA application_id");
        if (version > migrations.Count)
        {
            throw fail(
                SqliteFileErrorKind.NewerVersion,
                $"The database '{path}' was written by a newer version (schema {version}; this program knows up to " +
                $"{migrations.Count}). Use that version, or another folder.",
                null);
        }

        if (application != applicationId && (version > 0 || Scalar(connection, "SELECT count(*) FROM sqlite_schema") > 0))
        {
            throw fail(
                SqliteFileErrorKind.Corrupt, $"The database '{path}' belongs to another program; choose another folder.", null);
        }

        return version;
    }

    /// <summary>Brings a file of an older version to this one.</summary>
    public void Migrate(SqliteConnection connection, int version)
    {
        for (var step = version; step < migrations.Count; step++)
        {
            Execute(
                connection,
                $"BEGIN IMMEDIATE; {migrations[step]} PRAGMA application_id = {applicationId}; " +
                $"PRAGMA user_version = {step + 1}; COMMIT;");
        }
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
