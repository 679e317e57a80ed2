using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Serverless.Core;
using Serverless.Core.Flashpoints;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Core.Settings;

namespace Serverless.Host.Http;

/// <summary>What <c>POST /api/runs</c> was sent. The list itself stays in the body's file.</summary>
internal sealed class StartBody
{
    /// <summary>Bytes of all but the list.</summary>
    private const int MaxMemberBytes = 64 * 1024;

    private const int MaxTriggerLength = 64;
    private const int MaxChunkSize = 1_000_000;
    private const int MaxAttempts = 21;

    private static readonly string[] Members = ["date", "trigger", "cleanup", "workers", "flashpoints", "source", "run_id", "options"];
    private static readonly string[] Options = ["chunk_size", "by", "max_attempts", "backend", .. StartLimits.Names];

    private readonly Stream _body;
    private readonly Dictionary<string, JsonElement> _values;
    private readonly JsonMember? _list;

    private StartBody(Stream body, Dictionary<string, JsonElement> values, JsonMember? list) =>
        (_body, _values, _list) = (body, values, list);

    /// <summary>The URL that the list is to be read from; null when the body has it.</summary>
    public string? Source => Optional("source", JsonValueKind.String, "an http:// or https:// URL")?.GetString();

    /// <summary>Reads a body. Its stream has to stay open as long as the list is read.</summary>
    /// <exception cref="ProblemException">It is not what it should be; the message says which member and what is
    /// allowed.</exception>
    public static async Task<StartBody> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var members = await FindAsync(body, cancellationToken);
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        JsonMember? list = null;
        foreach (var member in members)
        {
            CheckName(member.Name, Members, "");
            if (member.Name == "flashpoints" && member.Kind == JsonTokenType.StartArray)
            {
                if (list is not null) throw Twice("flashpoints");
                list = member;
            }
            else if (!values.TryAdd(member.Name, await ValueAsync(body, member, cancellationToken)))
            {
                throw Twice(member.Name);
            }
        }

        var start = new StartBody(body, values, list);
        start.CheckList();
        return start;
    }

    /// <summary>The list in the body, from its beginning.</summary>
    public IAsyncEnumerable<Flashpoint> ReadFlashpoints(CancellationToken cancellationToken) =>
        FlashpointReader.ReadAsync(new StreamSlice(_body, _list!.Start, _list.End), cancellationToken);

    /// <summary>The run that is asked for.</summary>
    /// <param name="today">Its day when none is given.</param>
    /// <param name="idempotencyKey">Names the run when it has no id of its own; null when none was sent.</param>
    /// <param name="traceParent">The caller's trace, or null.</param>
    public NewRun ToRun(DateOnly today, string? idempotencyKey, string? traceParent)
    {
        var options = ReadOptions();
        var run = new NewRun
        {
            Date = Date() ?? today,
            Trigger = Trigger() ?? "api",
            RunId = Id() ?? (idempotencyKey is null ? null : IdOf(idempotencyKey)),
            Cleanup = Flag("cleanup") ?? true,
            Workers = Whole(_values, "workers", "workers", Limits.MaxWorkers),
            ChunkSize = Whole(options, "chunk_size", "options.chunk_size", MaxChunkSize),
            ByWeight = By(options),
            MaxAttempts = Whole(options, "max_attempts", "options.max_attempts", MaxAttempts),
            Backend = Backend(options),
            ForceKey = idempotencyKey is null ? null : IdOf(idempotencyKey).Value,
            TraceParent = traceParent,
        };
        run = StartLimits.Apply(run, options);
        return run with { RequestSha256 = Fingerprint(run) };
    }

    /// <summary>Of what was said, not of what was left to the settings or the day: asking again tomorrow is asking
    /// again.</summary>
    private string Fingerprint(NewRun run)
    {
        var said = string.Create(
            CultureInfo.InvariantCulture,
            $"{Date():yyyy-MM-dd}|{Trigger()}|{Flag("cleanup")}|{run.Workers}|{run.ChunkSize}|{run.ByWeight}|{run.MaxAttempts}|{Source}")
            + StartLimits.Said(run);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)));
    }

    private static RunId IdOf(string idempotencyKey) =>
        RunId.Parse("key-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey)))[..32]);

    private static async Task<IReadOnlyList<JsonMember>> FindAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonMembers.FindAsync(body, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problem.InvalidJson, $"The body is not one JSON object: {e.Message.Split(" LineNumber:")[0]}"
                + (e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})" : ""), inner: e);
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(Problem.InvalidJson, "A member's name in the body is not Unicode.", inner: e);
        }
    }

    private static async Task<JsonElement> ValueAsync(Stream body, JsonMember member, CancellationToken cancellationToken)
    {
        if (member.Length > MaxMemberBytes)
        {
            throw new ProblemException(
                Problem.InvalidRequest,
                $"\"{member.Name}\" has {member.Length:N0} bytes; allowed are {MaxMemberBytes:N0}.", member.Name);
        }

        var bytes = new byte[member.Length];
        body.Position = member.Start;
        await body.ReadExactlyAsync(bytes, cancellationToken);
        try
        {
            var value = JsonElement.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            ReadTexts(value);
            return value;
        }
        catch (JsonException e)
        {
            throw new ProblemException(Problem.InvalidRequest, $"\"{member.Name}\" has a member twice.", member.Name, e);
        }
        catch (InvalidOperationException e)
        {
            throw new ProblemException(
                Problem.InvalidRequest, $"\"{member.Name}\" has text that is not Unicode; allowed is UTF-8 without half surrogates.",
                member.Name, e);
        }
    }

    /// <exception cref="InvalidOperationException">One of them is no Unicode: bytes and escapes are only looked at when a text
    /// is read.</exception>
    private static void ReadTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var entry in value.EnumerateArray()) ReadTexts(entry);
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
        }
    }

    private void CheckList()
    {
        var other = _values.TryGetValue("flashpoints", out var value) && value.ValueKind != JsonValueKind.Null;
        if (other) throw Wrong("flashpoints", value, "a list of flashpoints, each an object with an \"id\"");
        if (_list is null && Source is null)
        {
            throw new ProblemException(
                Problem.InvalidRequest, "\"flashpoints\" is missing; allowed is a list of flashpoints, or \"source\" with a URL.",
                "flashpoints");
        }

        if (_list is not null && Source is not null)
        {
            throw new ProblemException(
                Problem.InvalidRequest, "\"flashpoints\" and \"source\" are both there; allowed is one of the two.", "source");
        }
    }

    private DateOnly? Date()
    {
        const string Rule = "a date as yyyy-MM-dd";
        if (Optional("date", JsonValueKind.String, Rule) is not { } value) return null;
        return DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw Wrong("date", value, Rule);
    }

    private string? Trigger()
    {
        const string Rule = "a text of 1 to 64 characters, none of them a control character";
        if (Optional("trigger", JsonValueKind.String, Rule) is not { } value) return null;
        return value.GetString() is { Length: > 0 and <= MaxTriggerLength } text && !text.Any(char.IsControl)
            ? text
            : throw Wrong("trigger", value, Rule);
    }

    private RunId? Id()
    {
        if (Optional("run_id", JsonValueKind.String, "a text") is not { } value) return null;
        return RunId.TryParse(value.GetString(), out var id, out var error)
            ? id
            : throw new ProblemException(Problem.InvalidRequest, error, "run_id");
    }

    private bool? Flag(string name)
    {
        if (!_values.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, value, "true or false");
    }

    private Dictionary<string, JsonElement> ReadOptions()
    {
        if (Optional("options", JsonValueKind.Object, "an object") is not { } value) return [];
        var options = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var option in value.EnumerateObject())
        {
            CheckName(option.Name, Options, "options.");
            options.Add(option.Name, option.Value);
        }

        return options;
    }

    private static BackendKind? Backend(Dictionary<string, JsonElement> options)
    {
        if (!options.TryGetValue("backend", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return (value.ValueKind == JsonValueKind.String ? BackendKinds.Find(value.GetString()!) : null)
            ?? throw Wrong("options.backend", value, BackendKinds.Allowed);
    }

    private static bool By(Dictionary<string, JsonElement> options)
    {
        if (!options.TryGetValue("by", out var value) || value.ValueKind == JsonValueKind.Null) return false;
        return value.ValueKind == JsonValueKind.String && value.GetString() is "even" or "weight"
            ? value.ValueEquals("weight")
            : throw Wrong("options.by", value, "\"even\" or \"weight\"");
    }

    private static int? Whole(Dictionary<string, JsonElement> values, string name, string field, int max)
    {
        if (!values.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= max
            ? number
            : throw Wrong(field, value, $"a whole number from 1 to {max}");
    }

    private JsonElement? Optional(string name, JsonValueKind kind, string rule)
    {
        if (!_values.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == kind ? value : throw Wrong(name, value, rule);
    }

    private static void CheckName(string name, string[] known, string prefix)
    {
        if (known.Contains(name)) return;
        var hint = Spelling.Closest(name, known) is { } closest
            ? $"did you mean \"{prefix}{closest}\"?"
            : $"allowed are {string.Join(", ", known.Select(word => prefix + word))}.";
        throw new ProblemException(Problem.InvalidRequest, $"{Shown.Text(prefix + name)} is not known; {hint}", prefix + name);
    }

    private static ProblemException Twice(string name) =>
        new(Problem.InvalidRequest, $"\"{name}\" is there twice; which of the two counts would be a guess.", name);

    /// <summary>A member is not what it should be.</summary>
    public static ProblemException Wrong(string field, JsonElement value, string rule) =>
        new(Problem.InvalidRequest, $"\"{field}\" is {Shown.Value(value)}; allowed is {rule}.", field);
}
