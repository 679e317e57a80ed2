using System.Globalization;
using System.Text;
using Serverless.Durable;
using Serverless.Engine.Storage;

namespace Serverless.Engine;

/// <summary>Stored instances as clients see them.</summary>
internal static class Listing
{
    public static OrchestrationPage Read(InstanceReader reader, OrchestrationQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, EngineLimits.MaxPageSize);

        // One more than fits tells whether there is another page.
        var rows = reader.List(query, ReadToken(query.ContinuationToken), query.PageSize + 1);
        string? token = null;
        if (rows.Count > query.PageSize)
        {
            rows.RemoveAt(query.PageSize);
            token = rows[^1].Keys.Key.ToString(CultureInfo.InvariantCulture);
        }

        return new OrchestrationPage(rows.ConvertAll(row => ToMetadata(row, query.FetchInputsAndOutputs)), token);
    }

    public static OrchestrationMetadata ToMetadata(InstanceRow row, bool withPayloads) => new()
    {
        Name = row.Name,
        InstanceId = row.Id,
        RuntimeStatus = row.Status,
        CreatedAt = row.CreatedAt,
        LastUpdatedAt = row.UpdatedAt,
        ParentInstanceId = row.Keys.Parent?.InstanceId,
        FailureDetails = row.Failure,
        SerializedInput = withPayloads ? Text(row.Input) : null,
        SerializedOutput = withPayloads ? Text(row.Output) : null,
        SerializedCustomStatus = withPayloads ? Text(row.CustomStatus) : null,
    };

    private static string? Text(ReadOnlyMemory<byte> json) =>
        json.IsEmpty ? null : Encoding.UTF8.GetString(json.Span);

    private static long? ReadToken(string? token)
    {
        if (token is null) return null;
        return long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            ? key
            : throw new ArgumentException($"The continuation token '{token}' is none of ours.", nameof(token));
    }
}
