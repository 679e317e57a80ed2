using System.Text.Json;
using Serverless.Core.Results;

namespace Serverless.Core.Storage;

/// <summary>The checkpoints of one chunk: an object per attempt, and one for what was given up.</summary>
internal sealed class CheckpointFiles(IObjectStore objects, RunLayout layout)
{
    /// <summary>The same checkpoints give the same object, in whatever order they come.</summary>
    public async Task SaveAsync(
        string name, IReadOnlyList<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        var ordered = checkpoints.OrderBy(checkpoint => checkpoint.Index).ToList();
        for (var i = 1; i < ordered.Count; i++)
        {
            if (ordered[i].Index == ordered[i - 1].Index)
                throw new ArgumentException($"Flashpoint {ordered[i].Index} has two checkpoints.", nameof(checkpoints));
        }

        await objects.WriteAsync(name, (target, token) => WriteAsync(target, ordered, token), cancellationToken);
    }

    /// <summary>The indexes that an attempt before this one has answered, and whether with a result.</summary>
    public async Task<Dictionary<int, bool>> ReadAnswersAsync(int chunk, int attempt, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<int, bool>();
        await foreach (var name in objects.ListAsync(layout.Attempts(chunk), cancellationToken))
        {
            if (layout.AttemptOf(chunk, name) >= attempt) continue;
            await using var lines = await LineReader.OpenAsync(objects, name, cancellationToken);
            while (await lines.MoveNextAsync(cancellationToken))
            {
                var checkpoint = lines.Parse(StoredLines.ReadCheckpoint);
                answers[checkpoint.Index] = checkpoint.IsGood || answers.GetValueOrDefault(checkpoint.Index);
            }
        }

        return answers;
    }

    private static async Task WriteAsync(
        Stream target, List<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        using var writer = new ObjectWriter(target);
        foreach (var checkpoint in checkpoints)
        {
            var result = checkpoint.Result is { } json ? Compact(json.Span, checkpoint.Index) : [];
            StoredLines.WriteCheckpoint(
                writer.Buffer, checkpoint.Index, checkpoint.Id, result, Shorten(checkpoint.Error));
            await writer.FlushIfFullAsync(cancellationToken);
        }

        await writer.FinishAsync("", cancellationToken);
    }

    /// <summary>One line of JSON; nothing when it is JSON's null.</summary>
    private static ReadOnlySpan<byte> Compact(ReadOnlySpan<byte> json, int index)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType is JsonTokenType.Null) return [];
            reader.Skip();
            reader.Read();
        }
        catch (JsonException failure)
        {
            throw new ArgumentException($"The result of flashpoint {index} is not JSON.", nameof(json), failure);
        }

        return JsonLine.Compact(json);
    }

    private static string? Shorten(string? error)
    {
        if (error is null || error.Length <= Limits.MaxErrorLength) return error;
        var length = Limits.MaxErrorLength - 1;
        if (char.IsHighSurrogate(error[length - 1])) length--;
        return string.Concat(error.AsSpan(0, length), "…");
    }
}
