using System.Globalization;
using System.Text;
using Serverless.Workers.Commands;

namespace Serverless.Agent.Processes;

/// <summary>
/// Remembers the worker that runs, in a file: an agent that is killed on a machine that lives on leaves its worker behind, and two
/// must not write to one folder.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class LeftWorker(string path)
{
    /// <summary>This one runs.</summary>
    public void Remember(int id)
    {
        if (ProcessTable.Find(id) is not { } entry) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Write(path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.Id} {entry.Start}\n")));
    }

    /// <summary>It has ended.</summary>
    public void Forget() => File.Delete(path);

    /// <summary>Kills what an agent before has left.</summary>
    /// <returns>Its process id; null when there was none.</returns>
    public int? Kill()
    {
        if (!File.Exists(path)) return null;
        var words = File.ReadAllText(path).Split(' ', '\n');
        File.Delete(path);
        if (words.Length < 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return null;

        // With its start, so that a later process of that number is left alone.
        if (ProcessTable.Find(id) is not { } entry || entry.Start != words[1]) return null;
        NativeProcesses.Signal(entry.Group == id ? -id : id, NativeProcesses.Sigkill);
        return id;
    }
}
