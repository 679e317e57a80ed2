using System.CommandLine;
using System.Globalization;
using Serverless.Cli.Commands;

namespace Serverless.Cli.CommandLine;

/// <summary>The options of <c>fanout plan</c> about pods that may be taken away.</summary>
internal sealed class SpotOptions
{
    private const decimal MostWorth = 1_000_000;

    private readonly Option<bool> _spot = new("--spot")
    {
        Description = "Compare workers on demand, interruptible pods, and both",
    };

    private readonly Option<decimal?> _tail = OptionValues.Create<decimal?>(
        "--tail-on-demand", "PERCENT", "With --spot: the last part of the work, on demand; default: 10%",
        "a number from 0 to 100, such as 10%", Percent);

    private readonly Option<int?> _start = OptionValues.Whole(
        "--start-at", "HOUR", "With --spot: when it starts, UTC; default: at the best hour", 0, 23);

    private readonly Option<TimeSpan?> _checkpoint = OptionValues.Seconds(
        "--checkpoint-every", "With --spot: how long between two checkpoints; default: a flashpoint", 604_800);

    private readonly Option<TimeSpan?> _replacement = OptionValues.Seconds(
        "--replacement", "With --spot: how long until there is another pod; default: 120", 86_400);

    private readonly Option<decimal?> _worth = OptionValues.Create<decimal?>(
        "--hour-worth", "DOLLARS", "With --spot: what an hour sooner is worth; default: 0, so that cost decides",
        string.Create(CultureInfo.InvariantCulture, $"dollars, a number from 0 to {MostWorth}"),
        text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars)
            && dollars <= MostWorth
                ? dollars
                : null);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _spot, _tail, _start, _checkpoint, _replacement, _worth }) command.Add(option);
    }

    /// <summary>What was asked; null without <c>--spot</c>.</summary>
    public SpotRequest? Bind(ParseResult result)
    {
        if (!result.GetValue(_spot)) return null;
        var standard = new SpotRequest();
        return standard with
        {
            Tail = result.GetValue(_tail) ?? standard.Tail,
            StartHour = result.GetValue(_start),
            CheckpointInterval = result.GetValue(_checkpoint),
            Replacement = result.GetValue(_replacement),
            HourWorth = result.GetValue(_worth) ?? 0,
        };
    }

    /// <summary>A share of 1, or null. The sign may be there or not.</summary>
    private static decimal? Percent(string text)
    {
        var number = text.EndsWith('%') ? text[..^1].TrimEnd() : text;
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
            ? percent / 100
            : null;
    }
}
