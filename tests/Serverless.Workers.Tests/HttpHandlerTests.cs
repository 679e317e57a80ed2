using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.Workers.Tests;

public sealed class HttpHandlerTests
{
    private const string Address = "http://user:secret@worker.example.org:8000/runsync?token=secret";

    [Fact]
    public async Task Handle_Job_IsPostedAsJson()
    {
        var worker = new StubWorker(HttpStatusCode.OK, "[1]");
        await Handle(worker);
        worker.Request!.Method.ShouldBe(HttpMethod.Post);
        worker.Request.RequestUri!.AbsoluteUri.ShouldBe(Address);
        worker.ContentType.ShouldBe("application/json");
        worker.Body.ShouldBe("""{"id":"job-1","input":{"a":"é"}}""");
    }

    [Theory]
    [InlineData("[1]", "[1]")]
    [InlineData("null", "null")]
    [InlineData("", "Undefined")]
    [InlineData("""{"results":[]}""", """{"results":[]}""")]
    [InlineData("""{"id":"x","status":"COMPLETED","output":{"results":[]}}""", """{"results":[]}""")]
    [InlineData("""{"id":"x","status":"COMPLETED"}""", "Undefined")]
    [InlineData("""{"status":"open","output":1}""", """{"status":"open","output":1}""")]
    [InlineData("""{"status":7,"output":1}""", """{"status":7,"output":1}""")]
    public async Task Handle_Answer_IsTheOutput(string answer, string output)
    {
        var element = await Handle(new StubWorker(HttpStatusCode.OK, answer));
        (element.ValueKind == JsonValueKind.Undefined ? "Undefined" : element.GetRawText()).ShouldBe(output);
    }

    [Theory]
    [InlineData(500, "out of memory", "The worker at {0} answered HTTP 500: out of memory")]
    [InlineData(404, " ", "The worker at {0} answered HTTP 404: no text")]
    [InlineData(200, "<html>", "The answer of the worker at {0} is not JSON at line 1, byte 1")]
    [InlineData(200, """{"status":"FAILED","error":"bad feed"}""", "bad feed")]
    [InlineData(200, """{"status":"FAILED","error":["a",5]}""", """["a",5]""")]
    [InlineData(200, """{"status":"TIMED_OUT"}""", "The worker at {0} answered TIMED_OUT")]
    [InlineData(200, """{"id":"x","status":"IN_QUEUE"}""",
        "The worker at {0} answered IN_QUEUE, not a result; use the address of its /runsync")]
    public async Task Handle_BadAnswer_FailsWithoutSecrets(int status, string answer, string message)
    {
        var worker = new StubWorker((HttpStatusCode)status, answer);
        (await Should.ThrowAsync<WorkerHandlerException>(() => Handle(worker)))
            .Message.ShouldBe(string.Format(null, message, "http://worker.example.org:8000/runsync"));
    }

    [Fact]
    public async Task Handle_LongErrorAnswer_IsShortened()
    {
        var worker = new StubWorker(HttpStatusCode.BadGateway, new string('x', 100_000));
        var error = await Should.ThrowAsync<WorkerHandlerException>(() => Handle(worker));
        error.Message.Length.ShouldBeLessThan(400);
        error.Message.ShouldEndWith("x…");
    }

    [Fact]
    public async Task Handle_NobodyListening_Crashes()
    {
        using var closed = new ClosedPort();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var handler = new HttpHandler(new Uri($"{closed.Address}/"), http);
        var error = await Should.ThrowAsync<WorkerCrashedException>(
            () => handler.HandleAsync(Job(), TestJob.Ignore, default));
        error.Message.ShouldStartWith($"No answer from the worker at {closed.Address}/: ");
    }

    [Fact]
    public async Task Handle_ConnectionThatBreaksInTheAnswer_Crashes()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var handler = new HttpHandler(new Uri($"http://{listener.LocalEndpoint}/"), http);
        var handling = handler.HandleAsync(Job(), TestJob.Ignore, default);
        using (var connection = await listener.AcceptTcpClientAsync())
        {
            await ReadRequestAsync(connection.GetStream());
            await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        }

        await Should.ThrowAsync<WorkerCrashedException>(() => handling);
    }

    [Fact]
    public async Task Handle_JsonLines_AreEmittedAsTheyCome()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var handler = new HttpHandler(new Uri($"http://{listener.LocalEndpoint}/"), http);
        var emitted = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var handling = handler.HandleAsync(Job(), entry => emitted.Writer.WriteAsync(entry.GetRawText()), default);
        using var connection = await listener.AcceptTcpClientAsync();
        var worker = connection.GetStream();
        await ReadRequestAsync(worker);

        await worker.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n{\"id\":\"a\"}\n"u8.ToArray());
        var first = await emitted.Reader.ReadAsync();
        await worker.WriteAsync("{\"id\":\"b\"}\n"u8.ToArray());
        var second = await emitted.Reader.ReadAsync();
        connection.Close();

        first.ShouldBe("""{"id":"a"}""");
        second.ShouldBe("""{"id":"b"}""");
        (await handling).GetRawText().ShouldBe("""[{"id":"a"},{"id":"b"}]""");
    }

    [Fact]
    public async Task Handle_Cancelled_Stops() =>
        await Should.ThrowAsync<OperationCanceledException>(
            () => Handle(new StubWorker(HttpStatusCode.OK, "1"), new CancellationToken(true)));

    [Theory]
    [InlineData("ftp://worker.example.org")]
    [InlineData("runsync")]
    public void Constructor_AddressThatIsNotHttp_Throws(string address)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        Should.Throw<ArgumentException>(() => new HttpHandler(new Uri(address, UriKind.RelativeOrAbsolute), http));
    }

    [Fact]
    public void Constructor_ClientWithATimeout_Throws()
    {
        using var http = new HttpClient();
        Should.Throw<ArgumentException>(() => new HttpHandler(new Uri(Address), http))
            .Message.ShouldContain("00:01:40");
    }

    private static WorkerJob Job() => TestJob.Of("""{"a":"é"}""");

    /// <summary>To its end: a connection that is closed with something unread is broken off.</summary>
    private static async Task ReadRequestAsync(NetworkStream connection)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("}}"u8)) length += await connection.ReadAtLeastAsync(buffer.AsMemory(length), 1);
    }

    private static async Task<JsonElement> Handle(StubWorker worker, CancellationToken cancellationToken = default)
    {
        using var http = new HttpClient(worker) { Timeout = Timeout.InfiniteTimeSpan };
        return await new HttpHandler(new Uri(Address), http).HandleAsync(Job(), TestJob.Ignore, cancellationToken);
    }

    private sealed class StubWorker(HttpStatusCode status, string answer) : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        public string? Body { get; private set; }

        public string? ContentType { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Request = request;
            Body = Encoding.UTF8.GetString(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            ContentType = request.Content.Headers.ContentType!.ToString();
            return new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer)) };
        }
    }
}
