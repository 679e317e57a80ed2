using System.Text.Json;

namespace Serverless.Agent.Checkpoints;

/// <summary>What is known of the files in a program's folder: which are stored already, or must never be. Kept beside them, so
/// that it stays with the disk.</summary>
internal sealed class CheckpointJournal
{
    private const string FileName = ".fanout-checkpoints.json";

    private readonly string _path;
    private readonly Dictionary<string, string> _seen;

    private CheckpointJournal(string path, JournalFile? file)
    {
        _path = path;
        Newest = (file?.Generation ?? 0, file?.Number ?? 0);
        IsNew = file is null;
        _seen = new(file?.Seen ?? [], StringComparer.Ordinal);
    }

    /// <summary>The newest checkpoint that this folder has given or got.</summary>
    public (long Generation, long Number) Newest { get; private set; }

    /// <summary>Whether the folder had none.</summary>
    public bool IsNew { get; }

    public static CheckpointJournal Open(CheckpointFolder folder)
    {
        var path = folder.PathOf(FileName);
        return new CheckpointJournal(path, File.Exists(path) ? Read(path) : null);
    }

    /// <summary>Whether a checkpoint, as it is now, was dealt with.</summary>
    public bool HasSeen(LocalCheckpoint checkpoint) =>
        _seen.TryGetValue(checkpoint.Name, out var signature) && signature == checkpoint.Signature;

    /// <summary>These, as they are now, need nothing more.</summary>
    public void MarkSeen(IEnumerable<LocalCheckpoint> checkpoints)
    {
        foreach (var checkpoint in checkpoints) _seen[checkpoint.Name] = checkpoint.Signature;
        Save();
    }

    /// <summary>This one is the newest in the store.</summary>
    public void Take(CheckpointManifest manifest, LocalCheckpoint checkpoint)
    {
        Newest = (manifest.Generation, manifest.Number);
        MarkSeen([checkpoint]);
    }

    private void Save()
    {
        var file = new JournalFile(Newest.Number, _seen, Newest.Generation);
        var json = JsonSerializer.SerializeToUtf8Bytes(file, CheckpointJson.Default.JournalFile);
        WholeFile.Write(_path, json);
    }

    private static JournalFile? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), CheckpointJson.Default.JournalFile);
        }
        catch (JsonException)
        {
            return null; // A power cut. The store then says what is the newest.
        }
    }
}

/// <summary>The journal as it is written.</summary>
/// <param name="Number">The newest checkpoint that the folder has given or got.</param>
/// <param name="Seen">Signatures by name.</param>
/// <param name="Generation">Its owner.</param>
internal sealed record JournalFile(long Number, Dictionary<string, string> Seen, long Generation = 0);
