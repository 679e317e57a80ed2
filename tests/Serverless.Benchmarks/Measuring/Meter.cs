using System.Diagnostics;
using System.Globalization;

namespace Serverless.Benchmarks.Measuring;

/// <summary>What something cost.</summary>
/// <param name="WallMs">Milliseconds on the clock.</param>
/// <param name="CpuMs">Milliseconds of this process on all cores, user and system.</param>
/// <param name="RssMb">The most memory of this process meanwhile, in MiB.</param>
internal sealed record Cost(double WallMs, double CpuMs, double RssMb);

/// <summary>Measures this process from its making until it is read.</summary>
internal sealed class Meter
{
    private readonly TimeSpan _cpu;
    private readonly long _start;

    public Meter()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProcessMemory.ResetPeak();
        using var me = Process.GetCurrentProcess();
        _cpu = me.TotalProcessorTime;
        _start = TimeProvider.System.GetTimestamp();
    }

    public double ElapsedMs => TimeProvider.System.GetElapsedTime(_start).TotalMilliseconds;

    public Cost Read()
    {
        var wall = ElapsedMs;
        using var me = Process.GetCurrentProcess();
        return new Cost(wall, (me.TotalProcessorTime - _cpu).TotalMilliseconds, ProcessMemory.PeakMb(me) ?? 0);
    }
}

/// <summary>The most memory that a process has had.</summary>
internal static class ProcessMemory
{
    private const double BytesPerMb = 1024 * 1024;

    /// <summary>Forgets this process's peak, where the system can: on Linux.</summary>
    public static void ResetPeak()
    {
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>MiB, or null when the process has ended.</summary>
    public static double? PeakMb(Process process)
    {
        if (!OperatingSystem.IsLinux())
        {
            process.Refresh();
            return process.HasExited ? null : process.PeakWorkingSet64 / BytesPerMb;
        }

        try
        {
            foreach (var line in File.ReadLines($"/proc/{process.Id}/status"))
            {
                if (!line.StartsWith("VmHWM:", StringComparison.Ordinal)) continue;
                var kib = line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
                return long.Parse(kib, CultureInfo.InvariantCulture) / 1024.0;
            }
        }
        catch (IOException)
        {
            // The process has just gone, and its folder with it.
        }

        return null;
    }
}
