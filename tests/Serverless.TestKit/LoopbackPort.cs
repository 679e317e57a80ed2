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

    // Kept until this process ends, and seen by those of all other tests: a port is given to one test alone, though nobody listens there
    // yet, or just now.
    private static readonly ConcurrentBag<Socket> Given = [];

    /// <summary>One that nobody listens on, and no other test is given.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (TryMark(port) && IsFree(port)) return port;
        }
    }

    /// <summary>Takes the port's number among those of UDP, which nobody here uses.</summary>
    private static bool TryMark(int port)
    {
        var mark = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
        try
        {
            mark.Bind(new IPEndPoint(IPAddress.Loopback, port));
            Given.Add(mark);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            mark.Dispose();
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
