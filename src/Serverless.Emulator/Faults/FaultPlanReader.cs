using System.Text;
using System.Text.Json;
using Serverless.Emulator.Http;
using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Faults;

/// <summary>Turns the JSON of a fault file into rules, or says what is wrong with it.</summary>
internal static class FaultPlanReader
{
    private const double MaxSeconds = 7 * 24 * 60 * 60;

    public static FaultPlan Read(JsonElement root)
    {
        RequireObject(root, "the fault file");
        var seed = 0;
        var rules = new List<FaultRule>();
        foreach (var member in root.EnumerateObject())
        {
            if (member.NameEquals("seed")) seed = ReadInteger(member.Value, "seed", int.MinValue, int.MaxValue);
            else if (member.NameEquals("faults")) ReadRules(member.Value, rules);
            else throw Unknown(member.Name, "seed, faults");
        }

        return new FaultPlan(seed, rules);
    }

    private static void ReadRules(JsonElement faults, List<FaultRule> rules)
    {
        if (faults.ValueKind != JsonValueKind.Array) throw Bad("faults", faults, "an array of faults");
        foreach (var fault in faults.EnumerateArray()) rules.Add(ReadRule(fault, rules.Count));
    }

    private static FaultRule ReadRule(JsonElement fault, int index)
    {
        var path = $"faults[{index}]";
        RequireObject(fault, path);
        var kind = ReadKind(fault, path);
        var rule = new FaultRule { Index = index, Kind = kind };
        foreach (var member in fault.EnumerateObject())
        {
            rule = ReadField(rule, member.Name, member.Value, $"{path}.{member.Name}");
        }

        var missing = kind.Fields.FirstOrDefault(
            field => field.MissingText is not null && !fault.TryGetProperty(field.Name, out _));
        if (missing is null) return rule;
        throw new FormatException($"{path}.{missing.Name}: missing; {kind.Name} needs it, {missing.MissingText}");
    }

    private static FaultKindRules ReadKind(JsonElement fault, string path)
    {
        var names = string.Join(", ", FaultKindRules.All.Select(kind => kind.Name));
        if (!fault.TryGetProperty("kind", out var value))
            throw new FormatException($"{path}.kind: missing; allowed: {names}");
        var name = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return FaultKindRules.All.FirstOrDefault(kind => kind.Name == name) ?? throw Bad($"{path}.kind", value, names);
    }

    private static FaultRule ReadField(FaultRule rule, string name, JsonElement value, string path) => name switch
    {
        "kind" => rule,
        "rate" => rule with { Rate = ReadNumber(value, path, 0, 1) },
        "times" => rule with { Times = ReadInteger(value, path, 1, int.MaxValue) },
        "operation" when rule.Kind.Target == FaultTarget.Calls => rule with { Operation = ReadOperation(value, path) },
        "match" when rule.Kind.Target == FaultTarget.Jobs => ReadMatch(rule, value, path),
        _ when rule.Kind.Fields.Any(field => field.Name == name) => ReadOwnField(rule, name, value, path),
        _ => throw Unknown(path, $"{FieldsOf(rule.Kind)} for {rule.Kind.Name}"),
    };

    private static FaultRule ReadOwnField(FaultRule rule, string name, JsonElement value, string path) => name switch
    {
        "after_entries" => rule with { AfterEntries = ReadInteger(value, path, 0, int.MaxValue) },
        "flashpoints" => rule with { Poison = ReadIds(value, path) },
        _ => rule with { Delay = TimeSpan.FromSeconds(ReadNumber(value, path, 0, MaxSeconds)) },
    };

    private static IReadOnlyList<string> ReadIds(JsonElement value, string path)
    {
        const string Allowed = "an array of at least one flashpoint's id";
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) throw Bad(path, value, Allowed);
        if (value.EnumerateArray().Any(id => id.ValueKind != JsonValueKind.String)) throw Bad(path, value, Allowed);
        return [.. value.EnumerateArray().Select(id => id.GetString()!)];
    }

    private static string FieldsOf(FaultKindRules kind)
    {
        string[] own = kind.Target switch
        {
            FaultTarget.Calls => ["operation"],
            FaultTarget.Jobs => ["match"],
            _ => [],
        };
        return string.Join(", ", ["kind", "rate", "times", .. own, .. kind.Fields.Select(field => field.Name)]);
    }

    private static Operation? ReadOperation(JsonElement value, string path)
    {
        var name = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (name == "*") return null;
        var operations = Enum.GetValues<Operation>();
        foreach (var operation in operations)
        {
            if (operation.Name() == name) return operation;
        }

        throw Bad(path, value, $"*, {string.Join(", ", operations.Select(operation => operation.Name()))}");
    }

    private static FaultRule ReadMatch(FaultRule rule, JsonElement match, string path)
    {
        RequireObject(match, path);
        var members = new Dictionary<string, string>();
        string? flashpoint = null;
        foreach (var member in match.EnumerateObject())
        {
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                throw Bad($"{path}.{member.Name}", member.Value, "a number, a text, true, false or null");
            if (!member.NameEquals("flashpoint")) members[member.Name] = ToScalar(member.Value);
            else if (member.Value.ValueKind == JsonValueKind.String) flashpoint = member.Value.GetString();
            else throw Bad($"{path}.flashpoint", member.Value, "a flashpoint's id");
        }

        return rule with { Members = members, Flashpoint = flashpoint };
    }

    private static string ToScalar(JsonElement value)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(value.GetRawText()));
        json.Read();
        return JobTraits.ToScalar(ref json);
    }

    private static double ReadNumber(JsonElement value, string path, double min, double max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max
            ? number
            : throw Bad(path, value, $"a number from {min} to {max}");

    private static int ReadInteger(JsonElement value, string path, int min, int max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Bad(path, value, $"a whole number from {min} to {max}");

    private static void RequireObject(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Bad(path, value, "a JSON object");
    }

    private static FormatException Bad(string path, JsonElement value, string allowed)
    {
        var text = value.GetRawText();
        return new($"{path}: {(text.Length > 60 ? text[..60] + "…" : text)} is not allowed; allowed: {allowed}");
    }

    private static FormatException Unknown(string path, string allowed) =>
        new($"{path}: not a known field; allowed: {allowed}");
}
