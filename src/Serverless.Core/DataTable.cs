using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Core;

/// <summary>Reads tables of figures that come with this version and may be replaced by a file of the same form.</summary>
internal static class DataTable
{
    /// <param name="json">The table.</param>
    /// <param name="type">Its form.</param>
    /// <param name="what">What it is to be, for the message.</param>
    /// <exception cref="FormatException">It is not what it should be; the message says where, and what is allowed.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new FormatException($"it is no {what}, but null; allowed is an object.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is no {what}: {e.Message}", e);
        }
    }

    /// <summary>The rows of a table, none of them null.</summary>
    public static void CheckRows<T>(IReadOnlyList<T?> rows, string member)
        where T : class
    {
        if (rows.Count == 0) throw new FormatException($"\"{member}\" is empty; allowed is a list of objects.");
        if (rows.Contains(null)) throw new FormatException($"\"{member}\" has a null in it; allowed is a list of objects.");
    }

    /// <summary>The bytes of a table that comes with this version.</summary>
    public static byte[] BuiltIn(string name)
    {
        using var source = typeof(DataTable).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        source.CopyTo(bytes);
        return bytes.ToArray();
    }
}
