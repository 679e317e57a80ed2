using System.Text.Json;
using Serverless.Core.Results;

namespace Serverless.Workers.Sample;

/// <summary>What the sample reads from a job's input; tolerant of feeds, strict about ids.</summary>
internal static class SampleInput
{
    /// <summary>The worker's number, from <c>worker</c>; 1 when the input has none.</summary>
    public static int Worker(JsonElement input) =>
        input.TryGetProperty("worker", out var worker)
        && worker.ValueKind == JsonValueKind.Number
        && worker.TryGetInt32(out var number) ? number : 1;

    /// <summary>The flashpoints, wherever they are.</summary>
    public static async Task<IReadOnlyList<SampleFlashpoint>> FlashpointsAsync(JsonElement input, CancellationToken cancellationToken)
    {
        var flashpoints = input.ValueKind == JsonValueKind.Object && input.TryGetProperty("flashpoints", out var found) ? found : default;
        if (Reference.IsOne(flashpoints)) flashpoints = await SharedInput.FetchAsync(flashpoints, cancellationToken);
        if (flashpoints.ValueKind != JsonValueKind.Array)
            throw new WorkerHandlerException("input.flashpoints must be an array of flashpoints, or a reference to one");
        return [.. flashpoints.EnumerateArray().Select(Flashpoint)];
    }

    private static SampleFlashpoint Flashpoint(JsonElement flashpoint, int index)
    {
        var id = Text(flashpoint, "id");
        if (id.Length == 0) throw new WorkerHandlerException($"input.flashpoints[{index}].id must be a string");
        var feeds = flashpoint.TryGetProperty("feeds", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(FeedText).Where(text => text.Length > 0)
            : [];
        return new SampleFlashpoint(id, [.. feeds]);
    }

    /// <summary>A feed is an object with a <c>text</c>, or a text itself. An address alone has no text.</summary>
    private static string FeedText(JsonElement feed)
    {
        var text = (feed.ValueKind == JsonValueKind.Object ? Text(feed, "text") : Text(feed)).Trim();
        return !text.Contains(' ') && Uri.TryCreate(text, UriKind.Absolute, out _) ? "" : text;
    }

    private static string Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? Text(value) : "";

    private static string Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, as a scraper leaves it that cuts a text in the middle: there is no such text.
            return "";
        }
    }
}

/// <summary>A flashpoint as the sample sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Texts">The texts of the feeds that have one.</param>
internal sealed record SampleFlashpoint(string Id, IReadOnlyList<string> Texts);
