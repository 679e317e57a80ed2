using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Serverless.Core.Runs;
using Serverless.Core.Settings;

namespace Serverless.Host.Webhooks;

/// <summary>
/// Makes and reads the tokens in webhook URLs: run, chunk and attempt, with an HMAC over them. A token opens nothing but
/// that one report. Its key is made from RunPod's, so that it is the same after a restart and lies nowhere.
/// </summary>
public sealed class WebhookTokens
{
    private const int TagBytes = 16;

    private readonly byte[] _key;

    /// <summary>Makes the key.</summary>
    /// <param name="runPodApiKey">RunPod's key; null: a key for this process only, which is as long as a local stand-in
    /// for RunPod lives.</param>
    public WebhookTokens(Secret? runPodApiKey) => _key = runPodApiKey is null
        ? RandomNumberGenerator.GetBytes(32)
        : HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(runPodApiKey.Reveal()), 32, info: "fanout webhook tokens"u8.ToArray());

    /// <summary>Where an attempt's job reports its end; null when nothing can reach this coordinator.</summary>
    public Uri? UrlOf(Uri? publicUrl, AttemptInput attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        if (publicUrl is null) return null;
        var token = Create(new WebhookTarget(attempt.Chunk.Run.RunId, attempt.Chunk.Chunk, attempt.Attempt));
        return new Uri($"{publicUrl.AbsoluteUri.TrimEnd('/')}/api/runpod/webhook/{token}");
    }

    /// <summary>The token of a target.</summary>
    public string Create(WebhookTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var text = Encoding.UTF8.GetBytes(target.ToString());
        return Base64Url.EncodeToString([.. Tag(text), .. text]);
    }

    /// <summary>The target of a token, or null when it is none of ours.</summary>
    public WebhookTarget? Read(string token)
    {
        if (!Base64Url.IsValid(token, out var length) || length <= TagBytes) return null;
        var bytes = Base64Url.DecodeFromChars(token);
        var text = bytes.AsSpan(TagBytes);
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, TagBytes), Tag(text))
            ? WebhookTarget.Parse(Encoding.UTF8.GetString(text))
            : null;
    }

    private byte[] Tag(ReadOnlySpan<byte> text) => HMACSHA256.HashData(_key, text)[..TagBytes];
}
