using Serverless.Core.Planning;
using Serverless.Core.Settings;

namespace Serverless.Cli.Hosting;

/// <summary>How often pods are taken away, by the built-in table or a file, and by what was observed.</summary>
internal static class Risks
{
    /// <exception cref="CommandFailedException">A file is wrong.</exception>
    public static InterruptionRisk Read(FanOutSettings settings, string directory)
    {
        var table = settings.InterruptionRisk is { } file
            ? Read("INTERRUPTION_RISK", Path.GetFullPath(file, directory), InterruptionRiskTable.Read)
            : InterruptionRiskTable.BuiltIn;
        var record = Path.Combine(settings.StateFolder, ObservedInterruptions.FileName);
        return InterruptionRisk.Of(
            table, File.Exists(record) ? Read("the record of interruptions", record, ObservedInterruptions.Read) : null);
    }

    private static T Read<T>(string what, string path, ReadFile<T> read)
    {
        try
        {
            return read(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.Usage(
                $"{what} is {Secret.Quote(path)}, which cannot be used: {e.Message}",
                "Allowed: a file in the form that docs/cost.md shows.", e);
        }
    }

    private delegate T ReadFile<out T>(ReadOnlySpan<byte> json);
}
