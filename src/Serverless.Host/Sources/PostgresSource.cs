using System.Data;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Serverless.Core.Settings;

namespace Serverless.Host.Sources;

/// <summary>A list that a query gives, one flashpoint a row. PostgreSQL itself makes JSON of the rows, so every type of
/// column means what it means there.</summary>
internal sealed class PostgresSource(PostgresAddress address, string query) : IFlashpointSource
{
    private static readonly byte[] EndOfLine = [(byte)'\n'];

    public string Description { get; } = $"The query at postgresql://{address.Host}:{address.Port}/{address.Database}";

    public async Task CopyToAsync(Stream target, DateOnly date, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(PostgresConnection.StringFor(address));
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await RestrictAsync(connection, cancellationToken);
            var columns = PostgresColumns.Read(await DescribeAsync(connection, date, cancellationToken), Description);
            await CopyRowsAsync(connection, columns.Wrap(PostgresColumns.Trim(query)), date, target, cancellationToken);
        }
        catch (PostgresException e)
        {
            throw new SourceException($"{Description} failed: {PostgresErrors.InWords(e, query)}", e);
        }
        catch (NpgsqlException e)
        {
            throw new SourceException(
                $"{Description} cannot be read: {e.Message}{(e.InnerException is { } inner ? $": {inner.Message}" : "")}", e);
        }
    }

    private static async Task RestrictAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var milliseconds = (long)HostLimits.SourceTimeout.TotalMilliseconds;
        await using var command = new NpgsqlCommand(
            string.Create(
                CultureInfo.InvariantCulture, $"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {milliseconds}"),
            connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The query's columns, without running it. What is wrong with its text shows here, in its own words.</summary>
    private async Task<IReadOnlyList<PostgresColumn>> DescribeAsync(
        NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, PostgresColumns.Trim(query), date);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => new PostgresColumn(reader.GetName(i), reader.GetDataTypeName(i)))];
    }

    private async Task CopyRowsAsync(
        NpgsqlConnection connection, string sql, DateOnly date, Stream target, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, date);

        // Sequential: a row is passed on as it comes, never held.
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            rows++;
            if (await reader.IsDBNullAsync(0, cancellationToken))
                throw new SourceException($"{Description} gives NULL as the flashpoint of row {rows}; expected is a JSON object.");
            await using (var json = await reader.GetStreamAsync(0, cancellationToken))
                await json.CopyToAsync(target, cancellationToken);
            await target.WriteAsync(EndOfLine, cancellationToken);
        }

        if (rows == 0) throw new SourceException($"{Description} gives no row for {date:o}.");
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, DateOnly date)
    {
        var command = new NpgsqlCommand(sql, connection)
        {
            // The server stops it by its own limit; this is for a server that has gone.
            CommandTimeout = (int)HostLimits.SourceTimeout.TotalSeconds + 30,
        };
        command.Parameters.Add(new NpgsqlParameter("date", NpgsqlDbType.Date) { Value = date });
        return command;
    }
}
