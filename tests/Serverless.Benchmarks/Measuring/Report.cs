using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Engine;

namespace Serverless.Benchmarks.Measuring;

/// <summary>What is printed: one JSON object a line, for repetitions and for goals.</summary>
internal static class Report
{
    private const int Digits = 3;

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string Version = typeof(DurableEngine).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Prints one repetition.</summary>
    public static void Line(
        string peer, string mode, int n, string work, Cost cost, params (string Name, JsonNode? Value)[] more)
    {
        var line = new JsonObject
        {
            ["peer"] = peer,
            ["version"] = peer == "fanout" ? Version : Environment.Version.ToString(),
            ["mode"] = mode,
            ["n"] = n,
            ["work"] = work,
            ["wall_ms"] = Round(cost.WallMs),
            ["cpu_ms"] = Round(cost.CpuMs),
            ["rss_mb"] = Round(cost.RssMb),
        };
        foreach (var (name, value) in more) line[name] = value;
        Console.Out.WriteLine(line.ToJsonString(Plain));
    }

    /// <summary>Prints a figure beside its goal. A missed goal is told, and is no error.</summary>
    public static void Goal(string goal, double value, double atMost)
    {
        var line = new JsonObject
        {
            ["goal"] = goal,
            ["at_most"] = atMost,
            ["measured"] = Round(value),
            ["met"] = value <= atMost,
        };
        Console.Out.WriteLine(line.ToJsonString(Plain));
    }

    public static double Round(double value) => Math.Round(value, Digits);
}
