using System.ComponentModel;
using System.Diagnostics;

namespace Serverless.Benchmarks.Fleet;

/// <summary>
/// The disk of one machine. Where it may be mounted, a file system of its own of a few hundred KiB, which is filled to the last
/// byte; elsewhere a file stands in the way of the agent's folder.
/// </summary>
internal sealed class FleetDisk : IDisposable
{
    private const string Size = "512k";

    private readonly string _filler;
    private string? _aside;

    public FleetDisk(string path)
    {
        Path = path;
        _filler = System.IO.Path.Combine(path, "filler");
        Directory.CreateDirectory(path);
        IsMounted = OperatingSystem.IsLinux() && TryRun("mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", path);
    }

    public string Path { get; }

    public bool IsMounted { get; }

    /// <summary>Whether the agent has something there that the host has not got.</summary>
    public bool HasUnsent
    {
        get
        {
            try
            {
                return Directory.EnumerateFiles(Path, "result-*.json", SearchOption.AllDirectories).Any();
            }
            catch (DirectoryNotFoundException)
            {
                // A folder went while it was looked through: something has just been sent. Whether all has, the next look says.
                return true;
            }
        }
    }

    /// <summary>Nothing more can be written. Once more, when the agent has deleted something since.</summary>
    /// <param name="outbox">Where the agent writes.</param>
    public void Fill(string outbox)
    {
        if (IsMounted) FillUp();
        else if (_aside is null) PutInTheWay(outbox);
    }

    public void Free()
    {
        File.Delete(_filler);
        if (_aside is null) return;
        File.Delete(_aside);
        Directory.Move(_aside + ".aside", _aside);
        _aside = null;
    }

    public void Dispose()
    {
        if (IsMounted) TryRun("umount", "-l", Path);
    }

    private void FillUp()
    {
        try
        {
            using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private void PutInTheWay(string outbox)
    {
        Directory.CreateDirectory(outbox);
        Directory.Move(outbox, outbox + ".aside");
        File.WriteAllText(outbox, "");
        _aside = outbox;
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
