using System.Text;
using System.Text.Json;
using Serverless.Emulator.Faults;

namespace Serverless.Emulator.Jobs;

/// <summary>The little of an input that statistics and faults ask about.</summary>
internal sealed class JobTraits
{
    // Longer members are text to work on, not marks to tell jobs apart.
    private const int MaxScalarBytes = 200;

    private readonly Dictionary<string, string> _scalars = [];
    private readonly HashSet<string> _flashpoints = [];
    private string? _firstFlashpoint;

    private JobTraits()
    {
    }

    /// <summary>Of a job without input.</summary>
    public static JobTraits None { get; } = new();

    /// <summary><c>attempt_id</c> of the input, or <c>run_id:chunk:attempt</c>, or null.</summary>
    public string? AttemptId => Text("attempt_id") ?? (Text("run_id") is { } run
        && Scalar("chunk") is { } chunk
        && Scalar("attempt") is { } attempt ? $"{run}:{chunk}:{attempt}" : null);

    /// <summary>
    /// The same for every attempt of the same work: from the chunk's index, else the first flashpoint, else the whole
    /// input.
    /// </summary>
    public ulong Key { get; private set; }

    /// <summary>Reads an input; null means that it has none.</summary>
    /// <param name="input">A valid JSON object.</param>
    /// <param name="deep">Whether faults will ask, who look at the flashpoints too.</param>
    public static JobTraits Read(ReadOnlyMemory<byte>? input, bool deep)
    {
        if (input is not { } bytes) return None;
        var traits = new JobTraits();
        traits.ReadMembers(bytes.Span, deep);
        if (!deep) return traits;
        var mark = traits.Scalar("chunk") ?? traits._firstFlashpoint;
        traits.Key = mark is null ? StableHash.Of(bytes.Span) : StableHash.Of(mark);
        return traits;
    }

    /// <summary>A member that is a number, a text, true, false or null; as JSON, a text in raw quotes.</summary>
    public string? Scalar(string member) => _scalars.GetValueOrDefault(member);

    /// <summary>How many flashpoints the input holds.</summary>
    public int Flashpoints => _flashpoints.Count;

    public bool HasFlashpoint(string id) => _flashpoints.Contains(id);

    /// <summary>A scalar in the one form that <see cref="Scalar"/> uses.</summary>
    public static string ToScalar(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.String
        ? $"\"{json.GetString()}\""
        : Encoding.UTF8.GetString(json.ValueSpan);

    private string? Text(string member) => Scalar(member) is ['"', .. var text, '"'] ? text : null;

    private void ReadMembers(ReadOnlySpan<byte> input, bool deep)
    {
        var json = new Utf8JsonReader(input);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan.Length <= MaxScalarBytes ? json.GetString() : null;
            json.Read();
            if (json.TokenType == JsonTokenType.StartArray && deep && name == "flashpoints")
            {
                ReadFlashpoints(ref json);
            }
            else if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                json.Skip();
            }
            else if (name is not null && json.ValueSpan.Length <= MaxScalarBytes)
            {
                _scalars[name] = ToScalar(ref json);
            }
        }
    }

    private void ReadFlashpoints(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) json.Skip();
            else ReadFlashpoint(ref json);
        }
    }

    private void ReadFlashpoint(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isId = json.ValueTextEquals("id"u8);
            json.Read();
            if (isId && json.TokenType == JsonTokenType.String)
            {
                var id = json.GetString()!;
                _firstFlashpoint ??= id;
                _flashpoints.Add(id);
            }

            json.Skip();
        }
    }
}
