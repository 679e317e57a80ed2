using Serverless.Core.Settings;

namespace Serverless.Core.Pricing;

/// <summary>What a run reckons a worker's second at.</summary>
/// <param name="Gpu">The GPU's name; null when only a price was given.</param>
/// <param name="PerSecond">Dollars per second.</param>
/// <param name="InterruptiblePerSecond">The same of a worker that may be taken away; null when it is not known.</param>
public sealed record WorkerPrice(string? Gpu, decimal PerSecond, decimal? InterruptiblePerSecond = null)
{
    /// <summary>The price that the settings mean; null when they mean none, and no cost is shown.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="table">The built-in table, or what <c>GPU_PRICES</c> names.</param>
    /// <exception cref="FormatException">The table has no such GPU.</exception>
    public static WorkerPrice? Of(FanOutSettings settings, GpuPriceTable table)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(table);
        if (settings.GpuPricePerSecond is { } price) return new WorkerPrice(settings.Gpu, price);
        if (settings.Gpu is not { } name) return null;
        var gpu = table.Find(name) ?? throw new FormatException(
            $"GPU is {Secret.Quote(name)}, which the prices of {table.Version} do not have. "
            + $"Allowed: {string.Join(", ", table.Gpus.Select(known => known.Name))}; "
            + "or GPU_PRICE_PER_SECOND, or another table by GPU_PRICES.");
        return new WorkerPrice(gpu.Name, gpu.PerSecond, gpu.InterruptiblePerSecond);
    }
}
