namespace Serverless.Core.Storage;

/// <summary>Where a large value is, in place of the value.</summary>
/// <param name="Name">The object's name in the store.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest, as 64 lower-case hexadecimal digits.</param>
public sealed record ClaimCheck(string Name, long Bytes, string Sha256);

/// <summary>What a manifest holds. Two sources with the same flashpoints in the same order have the same digest,
/// however they are laid out.</summary>
/// <param name="Count">The flashpoints.</param>
/// <param name="Bytes">Their length, one compact line each.</param>
/// <param name="Sha256">The digest of those lines, as 64 lower-case hexadecimal digits.</param>
public sealed record ManifestInfo(int Count, long Bytes, string Sha256);
