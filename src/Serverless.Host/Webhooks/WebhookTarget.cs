using System.Globalization;

namespace Serverless.Host.Webhooks;

/// <summary>Whose end a webhook reports.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Chunk">The chunk's index, from 0.</param>
/// <param name="Attempt">The attempt's number, from 1.</param>
public sealed record WebhookTarget(string RunId, int Chunk, int Attempt)
{
    /// <summary>No run id has a colon.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RunId}:{Chunk}:{Attempt}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    internal static WebhookTarget Parse(string text)
    {
        var parts = text.Split(':');
        return new WebhookTarget(
            parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
