using System.Text;

namespace Serverless.EngineProcess;

/// <summary>Writes lines that are with the reader of standard output when the call returns, whatever happens next.</summary>
internal static class Say
{
    private static readonly Stream Output = Console.OpenStandardOutput();
    private static readonly Lock Gate = new();

    public static void Line(string line)
    {
        // One write a line: a pipe takes so few bytes whole or not at all.
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (Gate) Output.Write(bytes);
    }
}
