using System.Text.Json;
using Serverless.Core.Jobs;

namespace Serverless.RunPod.Replies;

/// <summary>Reads the parts in an answer to GET /stream: <c>{"status":…,"stream":[{"output":…},…]}</c>, or, as one page of
/// RunPod's has it, the bare list.</summary>
internal static class StreamReply
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1024 };

    /// <summary>The outputs, in order. What has another form holds none.</summary>
    public static IReadOnlyList<JobPart> Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Deep);
        var root = document.RootElement;
        var list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("stream"u8, out var stream) ? stream : root;
        if (list.ValueKind != JsonValueKind.Array) return [];
        var parts = new List<JobPart>(list.GetArrayLength());
        foreach (var part in list.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("output"u8, out var output))
                parts.Add(new JobPart(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(output).ToArray()));
        }

        return parts;
    }
}
