using System.Net;
using System.Net.Sockets;

namespace Serverless.Benchmarks.Runs;

/// <summary>Ports of this machine, for a service that has to be told in advance where it will listen.</summary>
internal static class LoopbackPort
{
    /// <summary>One that nobody listens on.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
