using System.Text;
using System.Text.Json;

namespace Serverless.Workers.Tests;

/// <summary>Short ways to say what most tests need.</summary>
internal static class TestJob
{
    public static JsonElement Json(string text) => JsonText.Element(Encoding.UTF8.GetBytes(text));

    public static WorkerJob Of(string input) => new("job-1", Json(input));

    public static Func<JsonElement, ValueTask> Ignore { get; } = _ => ValueTask.CompletedTask;
}
