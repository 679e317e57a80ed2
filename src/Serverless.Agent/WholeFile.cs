namespace Serverless.Agent;

/// <summary>Files that are there whole or not at all, though the agent may be killed at any moment.</summary>
internal static class WholeFile
{
    /// <summary>Takes the place of what is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="toDisk">Whether it survives a power cut when this returns.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool toDisk = false)
    {
        var unfinished = path + ".tmp";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(toDisk);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
