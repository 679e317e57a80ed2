using System.Text.Json;
using Serverless.Core.Jobs;

namespace Serverless.Workers.Local;

/// <summary>What a handler's end means for its job, in the manner of RunPod's own worker.</summary>
/// <param name="State">Completed or Failed.</param>
/// <param name="Output">The output as JSON, or null when there is none.</param>
/// <param name="Error">What went wrong, or null.</param>
internal sealed record HandlerAnswer(JobState State, ReadOnlyMemory<byte>? Output, string? Error)
{
    // Read by RunPod's worker and never part of the output.
    private const string ErrorKey = "error";
    private const string RefreshKey = "refresh_worker";

    /// <summary>The handler returned a value.</summary>
    public static HandlerAnswer Of(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return new(JobState.Completed, null, null);
        if (value.ValueKind != JsonValueKind.Object)
            return new(JobState.Completed, JsonText.Bytes(value.WriteTo), null);

        // RunPod loses an error that is not a string; here its JSON is the text.
        var error = value.TryGetProperty(ErrorKey, out var found) && IsTruthy(found) ? found.ToString() : null;
        return new(error is null ? JobState.Completed : JobState.Failed, Rest(value), error);
    }

    /// <summary>The handler failed.</summary>
    public static HandlerAnswer Of(Exception exception) => new(
        JobState.Failed,
        null,
        exception is WorkerHandlerException or WorkerCrashedException
            ? exception.Message
            : $"{exception.GetType().Name}: {exception.Message}");

    private static ReadOnlyMemory<byte>? Rest(JsonElement value)
    {
        var rest = value.EnumerateObject().Where(property => property.Name is not (ErrorKey or RefreshKey)).ToList();
        if (rest.Count == 0) return null;
        return JsonText.Bytes(json =>
        {
            json.WriteStartObject();
            foreach (var property in rest) property.WriteTo(json);
            json.WriteEndObject();
        });
    }

    /// <summary>As Python asks: nothing, zero, false and whatever is empty are no error.</summary>
    private static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.GetPropertyCount() > 0,
        JsonValueKind.Number => value.GetDouble() != 0,
        _ => true,
    };
}
