using System.Net;
using System.Net.Sockets;

namespace Serverless.TestKit;

/// <summary>A port of this machine that refuses every connection: it is taken, so that nobody else is given it, and nobody
/// listens on it.</summary>
public sealed class DeadPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes one.</summary>
    public DeadPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Where nobody listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}/");

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
