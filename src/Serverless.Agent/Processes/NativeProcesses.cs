using System.Runtime.InteropServices;

namespace Serverless.Agent.Processes;

/// <summary>What POSIX knows of processes and .NET does not offer.</summary>
internal static partial class NativeProcesses
{
    public const int Sigkill = 9;
    public const int Sigterm = 15;

    private const int DoNotHang = 1;
    private const int SetChildSubreaper = 36;

    /// <summary>Signals a process, or with a negative id its group. One that has ended needs no signal.</summary>
    public static void Signal(int id, int signal) => _ = Kill(id, signal);

    /// <summary>Asks how a child ended, so that it leaves the table.</summary>
    /// <returns>Whether it did.</returns>
    public static bool Reap(int id) => WaitForProcess(id, out _, DoNotHang) == id;

    /// <summary>Whoever loses its parent among this process's descendants becomes its child, instead of init's.</summary>
    public static void BecomeSubreaper()
    {
        if (OperatingSystem.IsLinux()) _ = ProcessControl(SetChildSubreaper, 1, 0, 0, 0);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitForProcess(int id, out int status, int options);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint first, nuint second, nuint third, nuint fourth);
}
