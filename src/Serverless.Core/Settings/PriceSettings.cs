using Serverless.Core.Planning;
using Serverless.Core.Pricing;

namespace Serverless.Core.Settings;

/// <summary>The settings about what workers cost.</summary>
public static class PriceSettings
{
    private const int MaxNameLength = 100;

    /// <summary><c>GPU</c>.</summary>
    public static SettingDefinition Gpu { get; } = new()
    {
        Name = "GPU",
        Summary = "The GPU of the endpoint's workers, such as RTX 4090, L40S or H100: what runs cost is reckoned with its price.",
        Unit = "name",
        Allowed = "a GPU's name in the price table",
        WhenNotSet = "no cost is shown",
        Apply = (settings, text) => text.Length <= MaxNameLength && text.Any(char.IsLetterOrDigit) && !text.Any(char.IsControl)
            ? settings with { Gpu = text }
            : null,
    };

    /// <summary><c>GPU_PRICE_PER_SECOND</c>.</summary>
    public static SettingDefinition PricePerSecond { get; } = new()
    {
        Name = "GPU_PRICE_PER_SECOND",
        Summary = "What a second of a worker costs, in place of the price of GPU in the table.",
        Unit = "US dollars per second",
        Allowed = "a number above 0 and up to 0.25, such as 0.00031",
        WhenNotSet = "the table's price",
        Apply = (settings, text) => SettingValues.Decimal(text) is { } price and > 0 and <= GpuPriceTable.MaxPerSecond
            ? settings with { GpuPricePerSecond = price }
            : null,
    };

    /// <summary><c>GPU_PRICES</c>.</summary>
    public static SettingDefinition Prices { get; } = new()
    {
        Name = "GPU_PRICES",
        Summary = "A file with prices in place of the built-in table, in the same form.",
        Unit = "path",
        Allowed = "a JSON file's path",
        WhenNotSet = $"the built-in prices of {GpuPriceTable.BuiltIn.Version}",
        Apply = (settings, text) => SettingValues.IsPath(text) ? settings with { GpuPrices = text } : null,
    };

    /// <summary><c>INTERRUPTION_RISK</c>.</summary>
    public static SettingDefinition Risk { get; } = new()
    {
        Name = "INTERRUPTION_RISK",
        Summary = "A file with how likely interruptible pods are taken away, by hour of the day, in place of the built-in table.",
        Unit = "path",
        Allowed = "a JSON file's path",
        WhenNotSet = $"the built-in table of {InterruptionRiskTable.BuiltIn.Version}",
        Apply = (settings, text) => SettingValues.IsPath(text) ? settings with { InterruptionRisk = text } : null,
    };
}
