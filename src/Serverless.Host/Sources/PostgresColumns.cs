namespace Serverless.Host.Sources;

/// <summary>A column of a query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">PostgreSQL's name of its type.</param>
internal sealed record PostgresColumn(string Name, string Type);

/// <summary>How the rows of a query become flashpoints.</summary>
internal sealed class PostgresColumns
{
    private const string Whole = "flashpoint";
    private const string Id = "id";
    private const string Expected = "expected is one column \"flashpoint\" of type json or jsonb, or a column \"id\" and any others";

    private readonly IReadOnlyList<PostgresColumn> _columns;

    private PostgresColumns(IReadOnlyList<PostgresColumn> columns) => _columns = columns;

    private bool IsWhole => _columns is [{ Name: Whole }];

    /// <summary>Checks the columns.</summary>
    /// <exception cref="SourceException">They make no flashpoint.</exception>
    public static PostgresColumns Read(IReadOnlyList<PostgresColumn> columns, string description)
    {
        var names = string.Join(", ", columns.Select(column => column.Name));
        if (columns.Count == 0) throw new SourceException($"{description} gives no columns; {Expected}.");
        if (columns.GroupBy(column => column.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new SourceException($"{description} gives the column \"{twice.Key}\" {twice.Count()} times; name them apart.");
        if (columns is [{ Name: Whole, Type: not ("json" or "jsonb") } whole])
            throw new SourceException($"{description} gives a column \"flashpoint\" of type {whole.Type}; {Expected}.");
        var found = new PostgresColumns(columns);
        return found.IsWhole || columns.Any(column => column.Name == Id)
            ? found
            : throw new SourceException($"{description} gives no column \"id\", but {names}; {Expected}.");
    }

    /// <summary>The query without the semicolon at its end.</summary>
    public static string Trim(string query) => query.TrimEnd(' ', '\t', '\r', '\n', ';');

    /// <summary>A query that gives each row as JSON text. Ids are commonly numbers there; here they are texts.</summary>
    public string Wrap(string query)
    {
        // The query stands on lines of its own: it may end in a comment.
        if (IsWhole) return $"SELECT \"flashpoint\"::text FROM (\n{query}\n) AS source";
        var members = _columns.Select(column => column.Name == Id ? "\"id\"::text AS \"id\"" : Quote(column.Name));
        return $"SELECT to_json(entry)::text FROM (SELECT {string.Join(", ", members)} FROM (\n{query}\n) AS source) AS entry";
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
