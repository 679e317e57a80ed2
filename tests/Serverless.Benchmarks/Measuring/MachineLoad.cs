namespace Serverless.Benchmarks.Measuring;

/// <summary>How busy this machine is.</summary>
internal static class MachineLoad
{
    /// <summary>The load average of the last minute, as the system prints it.</summary>
    public static string Now => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
