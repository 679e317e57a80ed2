using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.Workers.Tests;

/// <summary>The flashpoints in the repository's samples folder.</summary>
internal static class Samples
{
    public static JsonElement Flashpoints { get; } =
        JsonText.Element(File.ReadAllBytes(RepositoryFile.Find("samples/flashpoints.json")));

    public static WorkerJob Job(params JsonElement[] flashpoints) =>
        new("job-1", JsonText.Element(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("worker", 3);
            json.WriteStartArray("flashpoints");
            foreach (var flashpoint in flashpoints) flashpoint.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
}
