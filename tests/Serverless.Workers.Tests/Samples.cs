using System.Text.Json;

namespace Serverless.Workers.Tests;

/// <summary>The flashpoints in the repository's samples folder.</summary>
internal static class Samples
{
    public static JsonElement Flashpoints { get; } =
        JsonText.Element(File.ReadAllBytes(Find("samples/flashpoints.json")));

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

    /// <summary>A file or folder of the repository, looked for upwards from where the tests run.</summary>
    public static string Find(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relativePath);
            if (Path.Exists(path)) return path;
        }

        throw new FileNotFoundException($"{relativePath} is nowhere above {AppContext.BaseDirectory}");
    }
}
