using System.ComponentModel;
using System.Diagnostics;

namespace Serverless.Benchmarks.Fleet;

/// <summary>
/// The clock on the wall of one process, which can be set: a small library stands before the C library and adds seconds that
/// it reads from a file. The clock that nobody sets (CLOCK_MONOTONIC) goes on as it does on a real machine.
/// </summary>
internal sealed class FleetClock
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>
        static volatile long long *seconds;
        __attribute__((constructor)) static void begin(void)
        {
            const char *path = getenv("FLEET_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return;
            void *shared = mmap(0, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
            if (shared != MAP_FAILED) seconds = shared;
            close(file);
        }
        int clock_gettime(clockid_t clock, struct timespec *time)
        {
            int failed = syscall(SYS_clock_gettime, clock, time);
            if (!failed && seconds && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += *seconds;
            return failed;
        }
        int gettimeofday(struct timeval *time, void *zone)
        {
            struct timespec now;
            if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        time_t time(time_t *time)
        {
            struct timespec now;
            if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
            if (time) *time = now.tv_sec;
            return now.tv_sec;
        }
        """;

    private readonly string? _library;
    private readonly string _file;

    private FleetClock(string? library, string file)
    {
        (_library, _file) = (library, file);
        Set(0);
    }

    /// <summary>How far it is ahead.</summary>
    public long Seconds { get; private set; }

    /// <summary>Builds the library.</summary>
    /// <returns>Its path; null where there is no C compiler, or libraries are preloaded otherwise.</returns>
    public static string? TryBuild(string folder)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var (source, library) = (Path.Combine(folder, "clock.c"), Path.Combine(folder, "clock.so"));
        File.WriteAllText(source, Source);
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-O2", "-o", library, source]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? library : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <param name="library">The library; null: the clock cannot be set.</param>
    /// <param name="file">Takes how far it is ahead.</param>
    public static FleetClock Create(string? library, string file) => new(library, file);

    public void Set(long seconds)
    {
        Seconds = seconds;
        using var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes(seconds));
    }

    /// <summary>Gives it to a process that is to be started.</summary>
    public void AddTo(IDictionary<string, string?> environment)
    {
        if (_library is null) return;
        environment["LD_PRELOAD"] = _library;
        environment["FLEET_CLOCK"] = _file;
    }
}
