using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.TestKit;

/// <summary>A web server on this machine that answers everything the same way; a redirect leads back to itself.</summary>
public sealed class Site : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    /// <summary>Starts one.</summary>
    public Site(int status, string body)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync(status, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>How often it was asked.</summary>
    public int Calls { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Stop();
        if (!_serving.Wait(TimeSpan.FromSeconds(30))) throw new TimeoutException("The site did not stop.");
        _listener.Close();
    }

    private async Task ServeAsync(int status, byte[] body)
    {
        while (_listener.IsListening)
        {
            try
            {
                var call = await _listener.GetContextAsync();
                Calls++;
                call.Response.StatusCode = status;
                if (status == 302) call.Response.RedirectLocation = Address.AbsoluteUri;
                await call.Response.OutputStream.WriteAsync(body);
                call.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Stopped.
                return;
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
