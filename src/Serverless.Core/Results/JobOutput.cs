using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Serverless.Core.Jobs;
using Serverless.Core.Storage;

namespace Serverless.Core.Results;

/// <summary>
/// Reads what a handler answered: <c>{"results":[…]}</c> or a bare list, with one entry per flashpoint in order, or
/// with entries that carry the flashpoint's <c>id</c>. An entry is the result; null, or an object with an
/// <c>error</c>, is a failure. Other shapes are not guessed at.
/// </summary>
public static class JobOutput
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Limits.MaxOutputDepth };

    /// <summary>Gives each flashpoint its entry.</summary>
    /// <param name="output">The output, UTF-8 JSON; empty when there was none.</param>
    /// <param name="entries">The flashpoints that the worker was given, in that order.</param>
    /// <returns>What was answered and what is missing. By id when every entry that is not null is an object with an id,
    /// at least one of them of this chunk: the first entry of an id counts, foreign ids are ignored. Otherwise in
    /// order, provided there are as many entries as flashpoints.</returns>
    public static MatchResult Match(ReadOnlyMemory<byte> output, IReadOnlyList<ChunkEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (output.IsEmpty) return Refuse(entries, "there is no output");
        if (!Utf8.IsValid(output.Span)) return Refuse(entries, "the output is not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(output, Options);
            return TryFindList(document.RootElement, out var list, out var reason)
                ? MatchList(list, entries)
                : Refuse(entries, reason);
        }
        catch (JsonException)
        {
            return Refuse(entries, $"the output is not JSON, or is more than {Limits.MaxOutputDepth} levels deep");
        }
        catch (InvalidOperationException)
        {
            return Refuse(entries, "a name in the output is not Unicode");
        }
    }

    /// <summary>Gives each part of a stream that belongs to one of the flashpoints to it: as its backend says, or by the id that it
    /// carries. The first part of an id counts; what has none of these ids, or is no JSON, is passed over.</summary>
    public static IReadOnlyList<Checkpoint> MatchParts(
        IReadOnlyList<JobPart> parts, IReadOnlyList<ChunkEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var open = entries.ToDictionary(entry => entry.Flashpoint.Id, StringComparer.Ordinal);
        var checkpoints = new List<Checkpoint>();
        foreach (var part in parts)
        {
            if (TryReadPart(part.Json) is { } answer && (part.Id ?? answer.Id) is { } id && open.Remove(id, out var entry))
                checkpoints.Add(answer.ToCheckpoint(entry));
        }

        return checkpoints;
    }

    private static Answer? TryReadPart(ReadOnlyMemory<byte> part)
    {
        if (!Utf8.IsValid(part.Span)) return null;
        try
        {
            return new Answer(JsonElement.Parse(part.Span, Options));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryFindList(
        JsonElement root, out JsonElement list, [NotNullWhen(false)] out string? reason)
    {
        list = root;
        reason = root.ValueKind switch
        {
            JsonValueKind.Array => null,
            JsonValueKind.Null => "there is no output",
            JsonValueKind.Object when !root.TryGetProperty("results"u8, out list) => "the output has no \"results\"",
            JsonValueKind.Object when list.ValueKind is JsonValueKind.Array => null,
            JsonValueKind.Object => $"\"results\" is {Name(list)}, not a list",
            _ => $"the output is {Name(root)}, not a list or an object with \"results\"",
        };
        return reason is null;
    }

    private static MatchResult MatchList(JsonElement list, IReadOnlyList<ChunkEntry> entries)
    {
        var answers = list.EnumerateArray().Select(value => new Answer(value)).ToList();
        var positions = new Dictionary<string, int>(entries.Count, StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++) positions.Add(entries[i].Flashpoint.Id, i);

        var named = answers.Where(answer => !answer.IsNull).ToList();
        var isById = named.All(answer => answer.Id is not null)
            && named.Exists(answer => positions.ContainsKey(answer.Id!));
        return isById ? MatchById(answers, positions, entries) : MatchInOrder(answers, positions, entries);
    }

    private static MatchResult MatchById(
        List<Answer> answers, Dictionary<string, int> positions, IReadOnlyList<ChunkEntry> entries)
    {
        var found = new Answer?[entries.Count];
        var (foreign, duplicates) = (0, 0);
        foreach (var answer in answers.Where(answer => !answer.IsNull))
        {
            if (!positions.TryGetValue(answer.Id!, out var position)) foreign++;
            else if (found[position] is not null) duplicates++;
            else found[position] = answer;
        }

        // A null has no id. It can be told whose it is only where all others stand in order.
        if (IsInOrder(answers, positions, entries)) found = [.. answers];
        return Collect(found, entries) with { ForeignCount = foreign, DuplicateCount = duplicates };
    }

    private static MatchResult MatchInOrder(
        List<Answer> answers, Dictionary<string, int> positions, IReadOnlyList<ChunkEntry> entries)
    {
        if (answers.Count != entries.Count)
        {
            return Refuse(entries, $"there are {answers.Count} entries for {entries.Count} flashpoints, "
                + "and they do not carry the flashpoints' ids");
        }

        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i].Id is not { } id || !positions.TryGetValue(id, out var position) || position == i) continue;
            return Refuse(
                entries, $"entry {i} carries the id of flashpoint {position} of the chunk, and not all carry one");
        }

        return Collect([.. answers], entries);
    }

    private static bool IsInOrder(
        List<Answer> answers, Dictionary<string, int> positions, IReadOnlyList<ChunkEntry> entries)
        => answers.Count == entries.Count
            && answers.Index().All(answer => answer.Item.IsNull
                || (positions.TryGetValue(answer.Item.Id!, out var position) && position == answer.Index));

    private static MatchResult Collect(Answer?[] found, IReadOnlyList<ChunkEntry> entries)
    {
        var checkpoints = new List<Checkpoint>();
        var missing = new List<ChunkEntry>();
        foreach (var (position, entry) in entries.Index())
        {
            if (found[position] is { } answer) checkpoints.Add(answer.ToCheckpoint(entry));
            else missing.Add(entry);
        }

        checkpoints.Sort((one, other) => one.Index.CompareTo(other.Index));
        return new MatchResult { Checkpoints = checkpoints, Missing = missing };
    }

    private static MatchResult Refuse(IReadOnlyList<ChunkEntry> entries, string reason)
        => new() { Checkpoints = [], Missing = entries, Unusable = reason };

    private static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    /// <summary>One entry of the worker's list.</summary>
    private sealed class Answer(JsonElement value)
    {
        public bool IsNull => value.ValueKind is JsonValueKind.Null;

        /// <summary>The text of its id, or null when it is no object with one.</summary>
        public string? Id { get; } = ReadId(value);

        public Checkpoint ToCheckpoint(ChunkEntry entry)
        {
            var (index, id) = (entry.Index, entry.Flashpoint.Id);
            if (IsNull) return new Checkpoint(index, id, null, "the worker returned null");
            if (ReadError(value) is { } error) return new Checkpoint(index, id, null, error);
            return new Checkpoint(index, id, JsonMarshal.GetRawUtf8Value(value).ToArray(), null);
        }

        private static string? ReadId(JsonElement value)
            => TryGetMember(value, "id"u8, out var id) ? ReadText(id) : null;

        /// <summary>An error that is null, false or empty is none, as it is to RunPod's own worker.</summary>
        private static string? ReadError(JsonElement value)
        {
            if (!TryGetMember(value, "error"u8, out var error)) return null;
            if (error.ValueKind is JsonValueKind.Null or JsonValueKind.False) return null;
            return (ReadText(error) ?? error.GetRawText()) is { Length: > 0 } text ? text : null;
        }

        private static bool TryGetMember(JsonElement value, ReadOnlySpan<byte> name, out JsonElement member)
        {
            member = default;
            return value.ValueKind is JsonValueKind.Object && value.TryGetProperty(name, out member);
        }

        /// <summary>A text; null when it is another kind, or no Unicode.</summary>
        private static string? ReadText(JsonElement value)
        {
            if (value.ValueKind is not JsonValueKind.String) return null;
            try
            {
                return value.GetString();
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }
}
