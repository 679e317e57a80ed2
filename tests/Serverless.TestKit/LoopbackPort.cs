using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Serverless.TestKit;

/// <summary>Ports of this machine, for a program that has to be told in advance where it will listen.</summary>
public static class LoopbackPort
{
    // Below those that Linux gives to whoever asks for any port, and to each connection that goes out: one of those may be taken
    // between this look and the start, or while a program is killed and started again.
    private const int First = 20_000;
    private const int End = 32_000;

    /// <summary>Held until this process ends.</summary>
    private static readonly ConcurrentBag<FileStream> Claims = [];

    /// <summary>One that nobody listens on, and that no other test is given, of this process or another.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (TryClaim(port) && IsFree(port)) return port;
        }
    }

    private static bool TryClaim(int port)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"fanout-test-ports-{Environment.UserName}"));
        try
        {
            Claims.Add(new FileStream(
                Path.Combine(folder.FullName, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is another test's.
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
