using Serverless.Emulator.Timing;

namespace Serverless.Emulator.Workers;

/// <summary>One worker: it holds one job at a time.</summary>
internal sealed class Worker(string id)
{
    public string Id { get; } = id;

    /// <summary>Ends the worker when it was idle for too long.</summary>
    public AlarmClock.Alarm? IdleAlarm { get; set; }
}
