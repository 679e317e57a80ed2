using System.Security.Cryptography;
using System.Text;
using Serverless.Durable;
using Serverless.Engine;

namespace Serverless.Host.Tests.Harness;

/// <summary>All that a host keeps, as text that can be compared: every instance with its payloads, and every stored file.
/// SQLite's own files change by being read; what the database holds does not.</summary>
internal static class StateSnapshot
{
    public static string Take(string folder)
    {
        var text = new StringBuilder();
        AddInstances(text, Path.Combine(folder, "fanout.db"));
        AddFiles(text, Path.Combine(folder, "results", "runs"));
        return text.ToString();
    }

    private static void AddFiles(StringBuilder text, string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            text.AppendLine($"{Path.GetRelativePath(folder, file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}");
    }

    private static void AddInstances(StringBuilder text, string path)
    {
        using var reader = DurableReader.Open(path);
        var query = new OrchestrationQuery { FetchInputsAndOutputs = true, PageSize = 1_000 };
        do
        {
            var page = reader.List(query);
            foreach (var instance in page.Values) text.AppendLine(instance.ToString());
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);
    }
}
