using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Core.Pricing;

namespace Serverless.Core.Alerts;

/// <summary>A text with names in braces, such as <c>{run}</c>, that an alert's values take the place of. <c>{{</c> is a brace. A
/// line on which nothing but names without a value stood is left out.</summary>
public sealed partial class AlertTemplate
{
    private readonly string _text;

    private AlertTemplate(string text) => _text = text;

    /// <summary>The names that templates about runs may have.</summary>
    public static IReadOnlyList<string> RunNames { get; } =
    [
        "event", "title", "reason", "details", "link", "at", "run", "date", "state", "flashpoints", "done", "null", "duration", "cost",
    ];

    /// <summary>The names that templates about pods may have.</summary>
    public static IReadOnlyList<string> PodNames { get; } =
        ["event", "title", "reason", "details", "link", "at", "pod", "restarts", "silent"];

    /// <summary>What is said when no template is set.</summary>
    public static AlertTemplate Standard { get; } = new("{title}\n{details}\n{reason}\n{link}");

    /// <summary>Reads a template, or gives null when it has a name that is not allowed, or a brace that is no name's.</summary>
    public static AlertTemplate? Parse(string text, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(names);
        var rest = Part().Replace(text, part => part.Groups["name"] is { Success: true } name && !names.Contains(name.Value) ? "{" : "");
        return rest.AsSpan().ContainsAny('{', '}') || string.IsNullOrWhiteSpace(text) ? null : new AlertTemplate(text);
    }

    /// <summary>The text for an alert.</summary>
    public string Fill(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return string.Join('\n', _text.Split('\n').Select(line => Fill(line, alert)).OfType<string>());
    }

    private static string? Fill(string line, Alert alert)
    {
        var anyName = false;
        var anyValue = false;
        var filled = Part().Replace(line, part =>
        {
            if (part.Groups["name"] is not { Success: true } name) return part.Value[..1];
            anyName = true;
            var value = ValueOf(name.Value, alert);
            anyValue |= value is not null;
            return value ?? "–";
        });
        return anyName && !anyValue && Part().Replace(line, "").Trim().Length == 0 ? null : filled;
    }

    private static string? ValueOf(string name, Alert alert) => name switch
    {
        "event" => alert.Event.Word(),
        "title" => alert.Title,
        "reason" => alert.Reason,
        "details" => DetailsOf(alert),
        "link" => alert.Link?.AbsoluteUri,
        "at" => alert.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture),
        "run" => alert.Run?.RunId,
        "date" => alert.Run?.Date,
        "state" => alert.Run?.State.ToString().ToLowerInvariant(),
        "flashpoints" => Number(alert.Run?.Flashpoints),
        "done" => Number(alert.Run?.Done),
        "null" => Number(alert.Run?.Null),
        "duration" => alert.Run is { } run ? Seconds(run.DurationSec) : null,
        "cost" => alert.Run?.Cost is { } cost ? Dollars.Show(cost) : null,
        "pod" => alert.Pod?.PodId,
        "restarts" => Number(alert.Pod?.Restarts),
        "silent" => alert.Pod?.SilentSec is { } silent ? Seconds(silent) : null,
        _ => null,
    };

    /// <summary>Such as <c>Took 1h 02m, cost $12.40 on L40S, $0.40 of it for nothing.</c></summary>
    private static string? DetailsOf(Alert alert)
    {
        if (alert.Run is not { } run) return null;
        if (run.Cost is not { } cost) return $"Took {Seconds(run.DurationSec)}.";
        var gpu = run.Gpu is { } name ? $" on {name}" : "";
        var wasted = run.WastedCost is > 0 and var lost ? $", {Dollars.Show(lost)} of it for attempts that came to nothing" : "";
        return $"Took {Seconds(run.DurationSec)}, cost {Dollars.Show(cost)}{gpu}{wasted}.";
    }

    private static string? Number(int? number) => number?.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => TimeText.Show(TimeSpan.FromSeconds(seconds));

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[a-z]+)\}")]
    private static partial Regex Part();
}
