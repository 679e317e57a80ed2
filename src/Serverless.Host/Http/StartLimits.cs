using System.Globalization;
using System.Text.Json;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;

namespace Serverless.Host.Http;

/// <summary>The options of a start about what the run may cost and lose, and whether to run all of it again.</summary>
internal static class StartLimits
{
    /// <summary>Dollars above which a budget is taken for a mistake.</summary>
    public const int MaxCost = 1_000_000;

    /// <summary>Percent of failures: with 100 the limit would be none.</summary>
    public const int MaxFailedPercent = 99;

    /// <summary>The least factor of a hedge.</summary>
    public const double LeastHedge = 1.5;

    /// <summary>The greatest factor of a hedge.</summary>
    public const double MostHedge = 10;

    /// <summary>Their names.</summary>
    public static string[] Names { get; } = ["max_cost", "max_failed_percent", "hedge", "tail_on_demand", "force"];

    /// <summary>The run with what the options say.</summary>
    public static NewRun Apply(NewRun run, Dictionary<string, JsonElement> options) => run with
    {
        MaxCost = Read(options, "max_cost", $"dollars, a number above 0 and up to {MaxCost}", value =>
            value.TryGetDecimal(out var dollars) && dollars is > 0 and <= MaxCost ? dollars : (decimal?)null),
        MaxFailedPercent = Read(options, "max_failed_percent", $"a whole number from 0 to {MaxFailedPercent}", value =>
            value.TryGetInt32(out var percent) && percent is >= 0 and <= MaxFailedPercent ? percent : (int?)null),
        Hedge = Read(
            options,
            "hedge",
            string.Create(CultureInfo.InvariantCulture, $"a number from {LeastHedge} to {MostHedge}"),
            value => value.TryGetDouble(out var factor) && factor is >= LeastHedge and <= MostHedge ? factor : (double?)null),
        TailOnDemand = Read(options, "tail_on_demand", "percent, a whole number from 0 to 100", value =>
            value.TryGetInt32(out var percent) && percent is >= 0 and <= 100 ? percent : (int?)null),
        Force = Flag(options, "force"),
    };

    /// <summary>What was said, for the fingerprint of the request; nothing of what was not, so that older ones stay the same.
    /// Forcing is a wish of its own.</summary>
    public static string Said(NewRun run) => (run is { MaxCost: null, MaxFailedPercent: null, Hedge: null }
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"|{run.MaxCost}|{run.MaxFailedPercent}|{run.Hedge}"))
        + (run.Backend is { } backend ? $"|{backend.ToWord()}" : "")
        + (run.TailOnDemand is { } tail ? string.Create(CultureInfo.InvariantCulture, $"|tail {tail}") : "");

    /// <exception cref="ProblemException">Where orchestrations are kept here, ids of the run's parts would be too long.</exception>
    public static void RequireShortId(NewRun run, HostParts parts)
    {
        var most = parts.Platform.MaxRunIdLength;
        if (run.RunId is not { Value.Length: var length } id || length <= most) return;
        throw new ProblemException(
            Problem.InvalidRequest,
            string.Create(
                CultureInfo.InvariantCulture,
                $"\"run_id\" is {Shown.Text(id.Value)}, {length} characters; "
                + $"allowed where orchestrations are kept here are at most {most}."),
            "run_id");
    }

    /// <exception cref="ProblemException">There is a budget, and nothing says what a worker costs.</exception>
    public static void RequirePrice(NewRun run, HostParts parts)
    {
        if (run.MaxCost is not { } dollars || parts.Settings.Price is not null) return;
        throw new ProblemException(
            Problem.InvalidRequest,
            string.Create(
                CultureInfo.InvariantCulture,
                $"\"options.max_cost\" is {dollars}, but nothing says what a worker costs; set GPU or GPU_PRICE_PER_SECOND."),
            "options.max_cost");
    }

    /// <exception cref="ProblemException">There is no such place here.</exception>
    public static void RequireBackend(NewRun run, HostParts parts)
    {
        if (run.Backend is not { } kind || parts.Backends.AddressOf(kind) is not null) return;
        var others = Enum.GetValues<BackendKind>().Where(other => parts.Backends.AddressOf(other) is not null);
        throw new ProblemException(
            Problem.InvalidRequest,
            $"\"options.backend\" is \"{kind.ToWord()}\", which cannot be had here; allowed is "
            + $"{string.Join(", ", others.Select(other => other.ToWord()))}.",
            "options.backend");
    }

    private static T? Read<T>(
        Dictionary<string, JsonElement> options, string name, string rule, Func<JsonElement, T?> parse)
        where T : struct
    {
        if (!options.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return (value.ValueKind == JsonValueKind.Number ? parse(value) : null) ?? throw StartBody.Wrong($"options.{name}", value, rule);
    }

    private static bool Flag(Dictionary<string, JsonElement> options, string name)
    {
        if (!options.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null) return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw StartBody.Wrong($"options.{name}", value, "true or false");
    }
}
