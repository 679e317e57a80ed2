using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Agent.Checkpoints;

/// <summary>What a stored checkpoint consists of. Written after all of it is stored: without one there is no checkpoint.</summary>
public sealed record CheckpointManifest
{
    /// <summary>The form that is written and read.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The form of this one.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Grows by one with every checkpoint of an owner, from that which it went on from.</summary>
    public required long Number { get; init; }

    /// <summary>The owner that stored it: of two checkpoints the newer has the higher one, or else the higher number. 0: of a time
    /// without owners.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    /// <summary>How far the program had come: the last number in the checkpoint's name, else <see cref="Number"/>.</summary>
    public required long Step { get; init; }

    /// <summary>The file's or folder's name, as the program gave it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a folder.</summary>
    public required bool IsFolder { get; init; }

    /// <summary>UTC. When the program last wrote to it.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>The length of all files.</summary>
    public required long Bytes { get; init; }

    /// <summary>The digest of the file; of a folder that of the list that sha256sum prints of its files, by path.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The files, by path.</summary>
    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    /// <summary>The digest of all the rest of the manifest.</summary>
    public string Seal { get; init; } = "";

    /// <summary>The digest that <see cref="Sha256"/> is.</summary>
    public static string DigestOf(bool isFolder, IReadOnlyList<CheckpointFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (!isFolder) return files[0].Sha256;
        var list = string.Concat(files.Select(file => $"{file.Sha256}  {file.Path}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)));
    }

    /// <summary>The manifest as it is stored.</summary>
    public byte[] Write() => Json(this with { Seal = SealOf(this) });

    /// <summary>Reads one.</summary>
    /// <exception cref="CheckpointDamagedException">It is not one, or not as it was written.</exception>
    public static CheckpointManifest Read(ReadOnlySpan<byte> json)
    {
        CheckpointManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, CheckpointJson.Default.CheckpointManifest);
        }
        catch (JsonException exception)
        {
            throw new CheckpointDamagedException("its manifest is not JSON that can be read", exception);
        }

        if (manifest is null) throw new CheckpointDamagedException("its manifest is null");
        if (manifest.Version != CurrentVersion)
            throw new CheckpointDamagedException($"its manifest has version {manifest.Version}; {CurrentVersion} is read here");
        if (manifest.Seal != SealOf(manifest)) throw new CheckpointDamagedException("its manifest has another digest than it says");
        return manifest;
    }

    private static string SealOf(CheckpointManifest manifest) =>
        Convert.ToHexStringLower(SHA256.HashData(Json(manifest with { Seal = "" })));

    private static byte[] Json(CheckpointManifest manifest) =>
        JsonSerializer.SerializeToUtf8Bytes(manifest, CheckpointJson.Default.CheckpointManifest);
}

/// <summary>A file of a checkpoint.</summary>
/// <param name="Path">Inside the checkpoint's folder, with forward slashes; the checkpoint's name when it is a file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest, as 64 lower-case hexadecimal digits.</param>
/// <param name="Blocks">What it is stored as, in order.</param>
public sealed record CheckpointFile(string Path, long Bytes, string Sha256, IReadOnlyList<CheckpointBlock> Blocks);

/// <summary>A piece of a file, stored under its digest.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest, as 64 lower-case hexadecimal digits.</param>
public sealed record CheckpointBlock(int Bytes, string Sha256);
