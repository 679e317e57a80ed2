using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Serverless.Storage;

/// <summary>
/// Folders whose entries survive a power cut. On Linux and macOS a new name is durable only once its folder is; Windows
/// does that by itself.
/// </summary>
internal static partial class DurableFolder
{
    private const int ReadOnly = 0;
    private const int BadDescriptor = 9;
    private const int InvalidArgument = 22;

    /// <summary>Makes a folder and those above it, each durable in its parent.</summary>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = Path.GetDirectoryName(folder);
        if (parent is not null) Create(parent);
        Directory.CreateDirectory(folder);
        if (parent is not null) Flush(parent);
    }

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw Failure(folder);
        try
        {
            if (Flush(descriptor) != 0 && !IsUnsupported(Marshal.GetLastPInvokeError())) throw Failure(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>How file systems answer that keep no folders of their own to flush.</summary>
    private static bool IsUnsupported(int error) => error is BadDescriptor or InvalidArgument;

    private static IOException Failure(string folder)
    {
        var reason = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"The folder {folder} cannot be made durable: {reason.Message}", reason);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
