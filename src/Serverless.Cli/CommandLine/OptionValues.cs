using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Cli.Delivery;
using Serverless.Cli.Head;
using Serverless.Core.Settings;

namespace Serverless.Cli.CommandLine;

/// <summary>Makes options that say their name, the value and what is allowed when the value is wrong.</summary>
internal static partial class OptionValues
{
    /// <param name="name">Such as <c>--chunk-size</c>.</param>
    /// <param name="value">The value's name in the help.</param>
    /// <param name="description">One sentence without the range.</param>
    /// <param name="allowed">What follows "Allowed:".</param>
    /// <param name="parse">Gives null for a text that is not allowed.</param>
    public static Option<T> Create<T>(
        string name, string value, string description, string allowed, Func<string, T> parse) => new(name)
        {
            HelpName = value,
            Description = description,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value.Trim();
                var parsed = parse(text);
                if (parsed is null) result.AddError($"{name} is {Secret.Quote(text)}. Allowed: {allowed}.");
                return parsed;
            },
        };

    public static Option<int?> Whole(string name, string value, string description, int min, int max) => Create(
        name, value, description, $"a whole number from {min} to {max}", text => Number(text, min, max));

    public static int? Number(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= min && number <= max
            ? number
            : null;

    public static Option<TimeSpan?> Seconds(string name, string description, int max) => Create<TimeSpan?>(
        name, "S", description, $"seconds, a number from 0 to {max}",
        text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= max
                ? TimeSpan.FromSeconds((double)seconds)
                : null);

    public static Option<DateOnly?> Date() => Create<DateOnly?>(
        "--date", "DATE", "The day the run is for; default: today, UTC", "a date as yyyy-MM-dd",
        text => DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : null);

    public static Option<string?> RunId(string name = "--run-id") => Create<string?>(
        name, "ID", "The run's id; default: made from the flashpoints and the date, so that the same is the same",
        "1 to 100 letters, digits, '-', '_' and '.', the first a letter or digit",
        text => RunIdText().IsMatch(text) ? text : null);

    public static Option<ChunkBy?> By() => Create<ChunkBy?>(
        "--by", "even|weight", "Make chunks of equal length, or of equal number of feeds; default: even",
        "even, weight", text => Choice<ChunkBy>(text));

    public static Option<int?> ChunkSize() => Whole(
        "--chunk-size", "N", "Flashpoints in a chunk at most; default: one chunk for each worker", 1, 1_000_000);

    public static Option<ResultFormat?> Format() => Create<ResultFormat?>(
        "--format", "json|jsonl|csv", "How results are written; default: by the extension of --out, else json",
        "json, jsonl, csv", text => Choice<ResultFormat>(text));

    public static Option<string?> Text(string name, string value, string description, string allowed) =>
        Create(name, value, description, allowed, text => text.Length > 0 ? text : null);

    // Enum.Parse alone would take numbers and lists too.
    private static T? Choice<T>(string text)
        where T : struct, Enum =>
        text.All(char.IsLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var choice) ? choice : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex RunIdText();
}
