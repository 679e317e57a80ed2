using System.Net;
using System.Net.Sockets;
using System.Text;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Starting;

public sealed class BodyLimitTests
{
    private const string Head = """{"run_id":"large","flashpoints":[{"id":"fp-0","text":" """;

    /// <summary>Bytes: more than the chunks' own lengths and line ends, which count as well, and few enough to go out at once.</summary>
    private const int Margin = 512;

    [Fact]
    public async Task Body_WhoseLengthIsTooMuch_IsRefusedBeforeItIsSent()
    {
        await using var host = await HostHarness.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Address.Host, host.Address.Port);
        await using var stream = socket.GetStream();

        // Nothing of the body follows: the answer has to come without it.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {HostLimits.MaxBodyBytes + 1}\r\n\r\n"));

        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync().WaitAsync(HostHarness.Patience)).ShouldBe("HTTP/1.1 413 Payload Too Large");
    }

    /// <summary>What is too much goes out with the very end, in one piece: the answer ends the connection, and whoever still sends then
    /// gets to see a broken pipe in its place.</summary>
    [Fact]
    public async Task Body_InChunksThatAreTooMuch_IsRefused()
    {
        await using var host = await HostHarness.StartAsync();
        var before = StateSnapshot.Take(host.Folder);
        using var body = new PushContent(async stream =>
        {
            var block = Enumerable.Repeat((byte)'x', 4 * 1024 * 1024).ToArray();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Head));
            for (var left = HostLimits.MaxBodyBytes - Head.Length - Margin; left > 0; left -= block.Length)
                await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
            await stream.WriteAsync(block.AsMemory(0, 2 * Margin));
        });

        var answer = await host.SendAsync(HttpMethod.Post, "/api/runs", body, ("Transfer-Encoding", "chunked"));

        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        answer.Problem.ShouldBe("body-too-large");
        answer.Detail.ShouldBe("The body is larger than 100 MiB.");
        StateSnapshot.Take(host.Folder).ShouldBe(before);
    }

    [Fact]
    public async Task Body_WithAMemberThatIsTooLarge_IsRefused()
    {
        await using var host = await HostHarness.StartAsync();

        var answer = await host.PostAsync("/api/runs", $$"""{"trigger":"{{new string('x', 70_000)}}","flashpoints":[{"id":"a"}]}""");

        answer.Problem.ShouldBe("invalid-request");
        answer.Field.ShouldBe("trigger");
        answer.Detail.ShouldContain("70,002 bytes; allowed are 65,536");
    }

    /// <summary>A body that is written as it goes out.</summary>
    private sealed class PushContent : HttpContent
    {
        private readonly Func<Stream, Task> _write;

        public PushContent(Func<Stream, Task> write)
        {
            _write = write;
            Headers.ContentType = new("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
