using System.Buffers;
using System.Text.Json;

namespace Serverless.Workers;

/// <summary>
/// Reads the JSON documents that a worker writes: whole lines as they come, and what spans lines at the end.
/// </summary>
/// <param name="name">What is read, for error messages, such as "worker command's output".</param>
/// <param name="advice">What follows when it is not JSON.</param>
/// <param name="emit">Takes a generator's entries.</param>
internal sealed class WorkerOutput(string name, string advice, Func<JsonElement, ValueTask> emit)
{
    // All that is held of one job, as text and parsed. More would endanger the other jobs in this process.
    private const int MaxBytes = 256 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly List<JsonElement> _documents = [];
    private bool _spansLines;
    private bool _isHeldBack;
    private long _bytes;
    private long _lines;

    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if ((_bytes += count) > MaxBytes)
                throw new WorkerHandlerException($"The {name} is longer than {MaxBytes} bytes");

            await AddAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    /// <summary>Takes what is left, once the program has ended well.</summary>
    /// <returns>The handler's return value.</returns>
    public async Task<JsonElement> EndAsync()
    {
        foreach (var document in ParseRest()) await TakeAsync(document);
        return _documents.Count > 1 ? JsonText.Array(_documents) : _documents.SingleOrDefault();
    }

    private async ValueTask AddAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        int end;
        while (!_spansLines && (end = bytes.Span.IndexOf((byte)'\n')) >= 0)
        {
            _pending.Write(bytes.Span[..end]);
            bytes = bytes[(end + 1)..];
            cancellationToken.ThrowIfCancellationRequested();
            await TakeLineAsync();
        }

        _pending.Write(bytes.Span);
    }

    private async ValueTask TakeLineAsync()
    {
        if (!_pending.WrittenSpan.ContainsAnyExcept(" \t\r"u8)) _pending.ResetWrittenCount();
        else if (TryParse(_pending.WrittenMemory, out var document))
        {
            _pending.ResetWrittenCount();
            await TakeAsync(document);
        }
        else
        {
            _pending.Write("\n"u8);
            _spansLines = true;
            return;
        }

        _lines++;
    }

    /// <summary>A document by itself is the return value, so the first is held back until there is a second: unless it
    /// carries an id. It is a flashpoint's entry then, and would be lost if the worker died before the second.</summary>
    private async ValueTask TakeAsync(JsonElement document)
    {
        _documents.Add(document);
        if (_documents.Count == 1) _isHeldBack = !IsEntry(document);
        else if (_isHeldBack)
        {
            _isHeldBack = false;
            await emit(_documents[0]);
        }

        if (!_isHeldBack) await emit(document);
    }

    private static bool IsEntry(JsonElement document) =>
        document.ValueKind == JsonValueKind.Object
        && document.TryGetProperty("id", out var id)
        && id.ValueKind == JsonValueKind.String;

    private static bool TryParse(ReadOnlyMemory<byte> line, out JsonElement document)
    {
        try
        {
            document = JsonText.Element(line);
            return true;
        }
        catch (JsonException)
        {
            document = default;
            return false;
        }
    }

    private List<JsonElement> ParseRest()
    {
        List<JsonElement> documents = [];
        var reader = new Utf8JsonReader(_pending.WrittenSpan, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read()) documents.Add(JsonElement.ParseValue(ref reader));
            return documents;
        }
        catch (JsonException exception)
        {
            throw new WorkerHandlerException(
                $"The {name} is not JSON at line {_lines + exception.LineNumber + 1}, "
                + $"byte {exception.BytePositionInLine + 1}. {advice}",
                exception);
        }
    }
}
