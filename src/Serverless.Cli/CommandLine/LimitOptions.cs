using System.CommandLine;
using System.Globalization;
using Serverless.Cli.Head;

namespace Serverless.Cli.CommandLine;

/// <summary>The options about what a run may cost and lose.</summary>
internal sealed class LimitOptions
{
    private const decimal MostDollars = 1_000_000;
    private const double LeastHedge = 1.5;
    private const double MostHedge = 10;

    private readonly Option<decimal?> _maxCost = MaxCost("Submit no job any more once so much is spent; needs a price");

    private readonly Option<int?> _maxFailed = OptionValues.Whole(
        "--max-failed-percent", "N", "End the run when more of its flashpoints have failed; default: never", 0, 99);

    private readonly Option<double?> _hedge = OptionValues.Create<double?>(
        "--hedge", "K", "Give a chunk a second job when it takes K times the median; default: never",
        string.Create(CultureInfo.InvariantCulture, $"a number from {LeastHedge} to {MostHedge}"),
        text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            && factor is >= LeastHedge and <= MostHedge
                ? factor
                : null);

    private readonly Option<int?> _tail = OptionValues.Create<int?>(
        "--tail-on-demand", "P%", "With --backend hybrid: the last part of the run that does not go to pods; default: none",
        "a whole number from 0 to 100, with or without %", text => OptionValues.Number(text.TrimEnd('%'), 0, 100));

    /// <param name="command">Gets the options.</param>
    public LimitOptions(Command command)
    {
        command.Add(_maxCost);
        command.Add(_maxFailed);
        command.Add(_hedge);
        command.Add(_tail);
    }

    /// <summary>The option that a retry has, too.</summary>
    public static Option<decimal?> MaxCost(string description) => OptionValues.Create<decimal?>(
        "--max-cost", "DOLLARS", description,
        string.Create(CultureInfo.InvariantCulture, $"dollars, a number above 0 and up to {MostDollars}, such as 12.50"),
        text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars)
            && dollars is > 0 and <= MostDollars
                ? dollars
                : null);

    public RunLimits Bind(ParseResult result) => new()
    {
        MaxCost = result.GetValue(_maxCost),
        MaxFailedPercent = result.GetValue(_maxFailed),
        Hedge = result.GetValue(_hedge),
        TailOnDemand = result.GetValue(_tail),
    };
}
