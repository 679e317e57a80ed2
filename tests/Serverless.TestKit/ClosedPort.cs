using System.Net;
using System.Net.Sockets;

namespace Serverless.TestKit;

/// <summary>A port of this machine that refuses whoever connects. It is held meanwhile, though nobody listens there: one that a server has
/// just left may be given to the next server of any test.</summary>
public sealed class ClosedPort : IDisposable
{
    private readonly Socket _held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes one.</summary>
    public ClosedPort() => _held.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>Its number.</summary>
    public int Number => ((IPEndPoint)_held.LocalEndPoint!).Port;

    /// <summary>Where nobody answers, without a slash at the end.</summary>
    public string Address => $"http://127.0.0.1:{Number}";

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();
}
