using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.Agent.Checkpoints;

/// <summary>A checkpoint as it lies in the program's folder.</summary>
/// <param name="Name">The file's or folder's name.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Files">Its files, by path; at least one.</param>
internal sealed partial record LocalCheckpoint(string Name, bool IsFolder, IReadOnlyList<LocalFile> Files)
{
    /// <summary>Changes when anything is written to it.</summary>
    public string Signature { get; } = string.Join('\n', Files.Select(file =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Path}|{file.Bytes}|{file.WrittenAt.UtcTicks}")));

    /// <summary>When it was last written to.</summary>
    public DateTimeOffset WrittenAt { get; } = Files.Max(file => file.WrittenAt);

    /// <summary>The last number in its name, its ending aside.</summary>
    public long? Step => Number().Matches(IsFolder ? Name : Path.GetFileNameWithoutExtension(Name)) is [.., var last]
        && long.TryParse(last.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}

/// <summary>A file of a checkpoint.</summary>
/// <param name="Path">Inside the checkpoint's folder, with forward slashes; its name when the checkpoint is a file.</param>
/// <param name="FullPath">Where it is.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="WrittenAt">When it was last written to.</param>
internal sealed record LocalFile(string Path, string FullPath, long Bytes, DateTimeOffset WrittenAt);
