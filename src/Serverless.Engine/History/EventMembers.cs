using System.Text.Json;
using Serverless.Durable;

namespace Serverless.Engine.History;

/// <summary>The members of one event on disk, whatever its kind.</summary>
internal struct EventMembers
{
    public string? Kind;
    public int TaskId;
    public int First;
    public int Status;
    public string? Name;
    public string? Child;
    public string? Reason;
    public bool Recursive;
    public DateTime At;
    public ReadOnlyMemory<byte> Input;
    public ReadOnlyMemory<byte> Output;
    public FailureDetails? Failure;

    /// <summary>Reads one object; the reader stands on its first brace and is left on its last.</summary>
    public static EventMembers Read(ref Utf8JsonReader json, ReadOnlyMemory<byte> bytes)
    {
        var members = default(EventMembers);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) members.ReadMember(ref json, bytes);
        return members;
    }

    private void ReadMember(ref Utf8JsonReader json, ReadOnlyMemory<byte> bytes)
    {
        if (json.ValueTextEquals("e"u8)) Kind = Interned(ref json);
        else if (json.ValueTextEquals("id"u8)) TaskId = Int(ref json);
        else if (json.ValueTextEquals("out"u8)) Output = Raw(ref json, bytes);
        else if (json.ValueTextEquals("in"u8)) Input = Raw(ref json, bytes);
        else if (json.ValueTextEquals("name"u8)) Name = Text(ref json);
        else if (json.ValueTextEquals("at"u8)) At = Time(ref json);
        else if (json.ValueTextEquals("child"u8)) Child = Text(ref json);
        else if (json.ValueTextEquals("failure"u8)) Failure = ReadFailure(ref json);
        else if (json.ValueTextEquals("first"u8)) First = Int(ref json);
        else if (json.ValueTextEquals("status"u8)) Status = Int(ref json);
        else if (json.ValueTextEquals("reason"u8)) Reason = Text(ref json);
        else if (json.ValueTextEquals("recursive"u8)) Recursive = Bool(ref json);
        else throw new JsonException($"An event has an unknown member '{json.GetString()}'.");
    }

    private static int Int(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetInt32();
    }

    private static bool Bool(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetBoolean();
    }

    private static string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }

    /// <summary>Only for the kinds of events, of which there are a dozen.</summary>
    private static string? Interned(ref Utf8JsonReader json) => Text(ref json) is { } text ? string.Intern(text) : null;

    private static DateTime Time(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetDateTime().ToUniversalTime();
    }

    private static FailureDetails ReadFailure(ref Utf8JsonReader json)
    {
        json.Read();
        return FailureJson.Read(ref json);
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader json, ReadOnlyMemory<byte> bytes)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return bytes[start..(int)json.BytesConsumed];
    }
}
