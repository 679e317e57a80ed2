using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Serverless.Benchmarks.Fleet;

/// <summary>The network between one agent and the host.</summary>
internal sealed class FleetProxy : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly int _hostPort;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flow = new();
    private volatile bool _isDropped;

    /// <param name="hostPort">Where the host listens, on this machine.</param>
    public FleetProxy(int hostPort)
    {
        _hostPort = hostPort;
        _flow.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Every connection breaks, and new ones do at once.</summary>
    public void Drop()
    {
        _isDropped = true;
        Break();
    }

    /// <summary>Connections stand, and nothing gets through.</summary>
    public void Stall() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Heal()
    {
        _isDropped = false;
        _flow.TrySetResult();
    }

    public void Dispose()
    {
        _listener.Stop();
        Heal();
        Break();
        _accepting.Wait();
    }

    private void Break()
    {
        foreach (var (client, _) in _open) client.Close();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                if (_isDropped) client.Close();
                else _ = CarryAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var host = new TcpClient();
        _open[client] = true;
        _open[host] = true;
        try
        {
            await host.ConnectAsync(IPAddress.Loopback, _hostPort);
            await await Task.WhenAny(PumpAsync(client, host), PumpAsync(host, client));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the ends is gone, and so is the connection.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(host, out _);
            client.Close();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[BufferBytes];
        while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
        {
            await _flow.Task;
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
