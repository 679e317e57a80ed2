using System.Buffers.Text;
using Serverless.Core.Runs;
using Serverless.Core.Settings;
using Serverless.Host.Webhooks;

namespace Serverless.Host.Tests.Webhooks;

public sealed class TokenTests
{
    private static readonly WebhookTarget Target = new("etl-2025-01-01", 3, 2);
    private readonly WebhookTokens _tokens = new(new Secret("rpa_test"));

    [Fact]
    public void Token_OfATarget_IsReadBackAlsoAfterARestart()
    {
        new WebhookTokens(new Secret("rpa_test")).Read(_tokens.Create(Target)).ShouldBe(Target);
    }

    [Fact]
    public void Token_MadeWithAnotherKey_IsNone()
    {
        new WebhookTokens(new Secret("rpa_other")).Read(_tokens.Create(Target)).ShouldBeNull();
        new WebhookTokens(null).Read(_tokens.Create(Target)).ShouldBeNull();
        new WebhookTokens(null).Read(new WebhookTokens(null).Create(Target)).ShouldBeNull();
    }

    [Fact]
    public void Token_WithAnyBitChanged_IsNone()
    {
        var bytes = Base64Url.DecodeFromChars(_tokens.Create(Target));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            _tokens.Read(Base64Url.EncodeToString(bytes)).ShouldBeNull($"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Theory]
    [InlineData("etl-2025-01-01:3:3")]
    [InlineData("etl-2025-01-01:4:2")]
    [InlineData("etl-2025-01-02:3:2")]
    public void Token_WithTheTagOfAnother_IsNone(string text)
    {
        var tag = Base64Url.DecodeFromChars(_tokens.Create(Target))[..16];

        _tokens.Read(Base64Url.EncodeToString([.. tag, .. System.Text.Encoding.UTF8.GetBytes(text)])).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("../../api/runs")]
    [InlineData("%00")]
    public void Token_ThatIsNone_IsNone(string token) => _tokens.Read(token).ShouldBeNull();

    [Fact]
    public void Url_WithoutAPublicUrl_IsNone() => _tokens.UrlOf(null, Attempt()).ShouldBeNull();

    [Theory]
    [InlineData("https://fanout.example.org")]
    [InlineData("https://fanout.example.org/")]
    public void Url_WithAPublicUrl_LiesUnderIt(string publicUrl)
    {
        var url = _tokens.UrlOf(new Uri(publicUrl), Attempt())!.AbsoluteUri;

        url.ShouldStartWith("https://fanout.example.org/api/runpod/webhook/");
        _tokens.Read(url.Split('/')[^1]).ShouldBe(new WebhookTarget("r", 5, 2));
    }

    private static AttemptInput Attempt() => new()
    {
        Attempt = 2,
        Chunk = new ChunkInput
        {
            Run = new RunInput
            {
                RunId = "r",
                Date = "2025-01-01",
                Trigger = "t",
                Workers = 1,
                Backend = "b",
                Flashpoints = 1,
                ManifestSha256 = "",
            },
            Chunk = 5,
            Worker = 1,
            Flashpoints = 1,
        },
    };
}
