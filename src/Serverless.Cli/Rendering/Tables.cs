using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>Tables in one look. Cells are text, never markup: they may quote anything.</summary>
internal static class Tables
{
    public static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = true });
        return table;
    }

    public static Table RightAligned(this Table table, params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns) table.Columns[column].RightAligned();
        return table;
    }

    /// <summary>Lets the last column, foreign words, break its lines.</summary>
    public static Table WrappingLast(this Table table)
    {
        table.Columns[^1].NoWrap = false;
        return table;
    }

    public static void Add(this Table table, params ReadOnlySpan<string> cells)
    {
        var row = new List<Text>();
        foreach (var cell in cells) row.Add(new Text(cell));
        table.AddRow(row);
    }
}
