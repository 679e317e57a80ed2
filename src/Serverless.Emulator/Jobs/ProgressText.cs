using System.Text;

namespace Serverless.Emulator.Jobs;

/// <summary>The progress updates that faults ask for: what a client could mistake for an output.</summary>
internal static class ProgressText
{
    public static ReadOnlyMemory<byte> Of(int done) => Encoding.UTF8.GetBytes($"\"{done} flashpoints done\"");
}
