namespace Serverless.Workers.Commands;

/// <summary>The end of what a program said, short enough for an error message.</summary>
internal sealed class LastLines
{
    private const int MaxLines = 5;
    private const int MaxLineLength = 300;

    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        if (_lines.Count == MaxLines) _lines.Dequeue();
        _lines.Enqueue(line.Length <= MaxLineLength ? line : line[..MaxLineLength] + "…");
    }

    public override string ToString() => string.Join('\n', _lines);
}
