using Serverless.Core.Planning;
using Serverless.Core.Settings;

namespace Serverless.Cli.Hosting;

/// <summary>How often pods are taken away, by the built-in table or a file, and by what was observed.</summary>
internal static class Risks
{
    /// <exception cref="CommandFailedException">The file is wrong.</exception>
    public static InterruptionRisk Read(FanOutSettings settings, string directory, ObservedInterruptions? observed) =>
        InterruptionRisk.Of(
            settings.InterruptionRisk is { } file ? ReadTable(Path.GetFullPath(file, directory)) : InterruptionRiskTable.BuiltIn, observed);

    private static InterruptionRiskTable ReadTable(string path)
    {
        try
        {
            return InterruptionRiskTable.Read(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.Usage(
                $"INTERRUPTION_RISK is {Secret.Quote(path)}, which cannot be used: {e.Message}",
                "Allowed: a file in the form that docs/cost.md shows.", e);
        }
    }
}
