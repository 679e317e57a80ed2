using System.Net;
using System.Text;
using Serverless.Core.Results;

namespace Serverless.Storage.Tests;

/// <summary>References over real HTTP and to a real store.</summary>
public sealed class ReferenceReaderTests(S3Fixture server) : IClassFixture<S3Fixture>
{
    [Fact]
    public async Task Open_ObjectOfTheStore_IsRead()
    {
        using var store = server.Open("outputs");
        await store.WriteAsync("a.json", async (target, token) => await target.WriteAsync("[1]"u8.ToArray(), token), default);
        using var reader = new ReferenceReader([new Uri("s3://results/outputs/")], server.Options);

        (await ReadAsync(reader, "s3://results/outputs/a.json")).ShouldBe("[1]");
        await Should.ThrowAsync<ReferenceRefusedException>(() => ReadAsync(reader, "s3://results/outputs/missing.json"));
    }

    [Theory]
    [InlineData("s3://results/other/a.json")]
    [InlineData("s3://results/outputs-of-others/a.json")]
    [InlineData("s3://results/outputs/../other/a.json")]
    [InlineData("s3://results/outputs/%2e%2e/other/a.json")]
    [InlineData("s3://other/outputs/a.json")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://results/outputs/a.json")]
    [InlineData("file:///etc/passwd")]
    public async Task Open_AnywhereElse_IsRefused(string reference)
    {
        using var reader = new ReferenceReader([new Uri("s3://results/outputs/")], server.Options);

        var refusal = await Should.ThrowAsync<ReferenceRefusedException>(() => ReadAsync(reader, reference));

        refusal.Message.ShouldContain("RESULT_REF_ALLOW");
    }

    [Theory]
    [InlineData(302, typeof(ReferenceRefusedException))]
    [InlineData(404, typeof(ReferenceRefusedException))]
    [InlineData(403, typeof(ReferenceRefusedException))]
    [InlineData(429, typeof(ReferenceUnavailableException))]
    [InlineData(503, typeof(ReferenceUnavailableException))]
    public async Task Open_UrlThatAnswersOtherThan200_IsRefusedOrTriedAgain(int status, Type expected)
    {
        using var site = new Site(status, "");
        using var reader = new ReferenceReader([new Uri(site.Address, "outputs/")], server.Options);

        var failure = await Should.ThrowAsync<Exception>(() => ReadAsync(reader, $"{site.Address}outputs/a.json?signature=secret"));

        failure.ShouldBeOfType(expected);
        failure.Message.ShouldContain($"{status}");
        failure.Message.ShouldNotContain("secret");
        site.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Open_Url_IsRead()
    {
        using var site = new Site(200, "[2]");
        using var reader = new ReferenceReader([new Uri(site.Address, "outputs/")], server.Options);

        (await ReadAsync(reader, $"{site.Address}outputs/a.json")).ShouldBe("[2]");
    }

    [Fact]
    public async Task Open_UrlThatNobodyServes_MayBeTriedAgain()
    {
        Uri address;
        using (var site = new Site(200, "")) address = site.Address;
        using var reader = new ReferenceReader([address], server.Options);

        await Should.ThrowAsync<ReferenceUnavailableException>(() => ReadAsync(reader, $"{address}a.json"));
    }

    private static async Task<string> ReadAsync(ReferenceReader reader, string reference)
    {
        using var content = new StreamReader(await reader.OpenAsync(new Uri(reference), default));
        return await content.ReadToEndAsync();
    }

    /// <summary>Answers everything the same way; a redirect leads back to itself.</summary>
    private sealed class Site : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _serving;

        public Site(int status, string body)
        {
            Address = new Uri($"http://127.0.0.1:{FreePort()}/");
            _listener.Prefixes.Add(Address.AbsoluteUri);
            _listener.Start();
            _serving = ServeAsync(status, Encoding.UTF8.GetBytes(body));
        }

        public Uri Address { get; }

        public int Calls { get; private set; }

        public void Dispose()
        {
            _listener.Stop();
            _serving.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
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
            using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            socket.Start();
            return ((IPEndPoint)socket.LocalEndpoint).Port;
        }
    }
}
