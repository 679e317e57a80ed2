using System.Globalization;
using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Host.Management;

/// <summary>An instance as the Functions extension shows it.</summary>
internal static class StatusJson
{
    /// <param name="json">Where to.</param>
    /// <param name="instance">Read with its inputs and outputs.</param>
    /// <param name="showInput">Whether its input is shown.</param>
    /// <param name="writeHistory">Writes the history; null for none.</param>
    public static void Write(
        Utf8JsonWriter json, OrchestrationMetadata instance, bool showInput, Action<Utf8JsonWriter>? writeHistory = null)
    {
        json.WriteStartObject();
        json.WriteString("name", instance.Name);
        json.WriteString("instanceId", instance.InstanceId);
        json.WriteString("runtimeStatus", instance.RuntimeStatus.ToString());
        json.WriteStored("input", showInput ? instance.SerializedInput : null);
        json.WriteStored("customStatus", instance.SerializedCustomStatus);
        WriteOutput(json, instance);
        json.WriteString("createdTime", Time(instance.CreatedAt));
        json.WriteString("lastUpdatedTime", Time(instance.LastUpdatedAt));
        if (writeHistory is not null)
        {
            json.WritePropertyName("historyEvents");
            writeHistory(json);
        }

        json.WriteEndObject();
    }

    /// <summary>A failed instance has no output; what went wrong stands in its place.</summary>
    private static void WriteOutput(Utf8JsonWriter json, OrchestrationMetadata instance)
    {
        if (instance is { SerializedOutput: null, FailureDetails: { } failure })
            json.WriteString("output", $"{failure.ErrorType}: {failure.ErrorMessage}");
        else json.WriteStored("output", instance.SerializedOutput);
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
