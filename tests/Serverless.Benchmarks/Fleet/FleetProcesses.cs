using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Serverless.Benchmarks.Fleet;

/// <summary>The processes of a fleet, as the system knows them: they have its folder in their command line.</summary>
internal static class FleetProcesses
{
    /// <summary>Whether a process is a worker of the fleet, and not another that has got its number since.</summary>
    public static bool IsWorker(int id, string folder)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cmdline");
        try
        {
            return File.ReadAllText(path, Encoding.UTF8).Contains(Path.Combine(folder, FleetWorker.ScriptName), StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has ended.
            return false;
        }
    }

    /// <summary>SIGKILL.</summary>
    /// <returns>False when it has ended by itself.</returns>
    public static bool TryKill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The workers that there are.</summary>
    public static IReadOnlyList<int> Workers(string folder) =>
        [.. Process.GetProcesses().Select(process => process.Id).Where(id => IsWorker(id, folder))];
}
