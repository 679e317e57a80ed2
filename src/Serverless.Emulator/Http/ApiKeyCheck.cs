using System.Security.Cryptography;
using System.Text;

namespace Serverless.Emulator.Http;

/// <summary>Whether a call brings the key: as <c>Bearer KEY</c> or bare, both are documented.</summary>
/// <param name="expected">The key, or null when any will do. None at all never does.</param>
internal sealed class ApiKeyCheck(string? expected)
{
    private const string Scheme = "Bearer ";
    private readonly byte[]? _expected = expected is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(expected));

    public bool Admits(string? authorization)
    {
        var key = authorization?.Trim() ?? "";
        if ($"{key} ".StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) key = key[(Scheme.Length - 1)..].Trim();
        if (_expected is null) return key.Length > 0;
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _expected);
    }
}
