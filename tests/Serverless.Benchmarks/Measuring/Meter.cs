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
    public static void ResetPeak() => ResetPeak("self");

    /// <summary>Forgets the peak of a process of ours.</summary>
    public static void ResetPeak(Process process) => ResetPeak($"{process.Id}");

    /// <summary>MiB at most, or null when the process has ended.</summary>
    public static double? PeakMb(Process process) => Read(process, "VmHWM:", ended => ended.PeakWorkingSet64);

    /// <summary>MiB now, or null when the process has ended.</summary>
    public static double? NowMb(Process process) => Read(process, "VmRSS:", ended => ended.WorkingSet64);

    private static void ResetPeak(string process)
    {
        if (OperatingSystem.IsLinux()) File.WriteAllText($"/proc/{process}/clear_refs", "5");
    }

    private static double? Read(Process process, string name, Func<Process, long> elsewhere)
    {
        if (!OperatingSystem.IsLinux())
        {
            process.Refresh();
            return process.HasExited ? null : elsewhere(process) / BytesPerMb;
        }

        try
        {
            foreach (var line in File.ReadLines($"/proc/{process.Id}/status"))
            {
                if (!line.StartsWith(name, StringComparison.Ordinal)) continue;
                var kib = line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
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
