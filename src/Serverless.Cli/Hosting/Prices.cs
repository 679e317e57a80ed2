using Serverless.Core.Pricing;
using Serverless.Core.Settings;

namespace Serverless.Cli.Hosting;

/// <summary>What a worker costs, by the built-in table or a file.</summary>
internal static class Prices
{
    /// <exception cref="CommandFailedException">The file or the GPU is wrong.</exception>
    public static WorkerPrice? Read(FanOutSettings settings, string directory)
    {
        try
        {
            var table = settings.GpuPrices is { } file
                ? GpuPriceTable.Read(File.ReadAllBytes(Path.GetFullPath(file, directory)))
                : GpuPriceTable.BuiltIn;
            return WorkerPrice.Of(settings, table);
        }
        catch (FormatException e) when (e.Message.StartsWith("GPU ", StringComparison.Ordinal))
        {
            throw new CommandFailedException(ExitCode.Usage, [e.Message]);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.Usage(
                $"GPU_PRICES is {Secret.Quote(settings.GpuPrices!)}, which cannot be used: {e.Message}",
                "Allowed: a file in the form of the built-in table (docs/cost.md).", e);
        }
    }

    /// <exception cref="CommandFailedException">The settings name no price.</exception>
    public static void RequirePrice(this FanOutSettings settings)
    {
        if (settings.Price is not null) return;
        throw CommandFailedException.Usage(
            "--max-cost is given, but nothing says what a worker costs", "Give --gpu NAME, or set GPU or GPU_PRICE_PER_SECOND.");
    }
}
