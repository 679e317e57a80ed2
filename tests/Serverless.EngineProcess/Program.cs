using System.Globalization;
using Serverless.Engine;
using Serverless.EngineProcess;

// Runs the load on the database given, or what is left of it, and says what happens, a line each:
//   up | scheduled INSTANCE | start INSTANCE CALL | finish INSTANCE CALL | acknowledged EVENT | output INSTANCE JSON
// Each line is written before what follows from it. Standard input raises events: a number a line, or "end".
var options = new EngineOptions
{
    DatabasePath = args[0],
    MaxConcurrentActivities = MixedLoad.MaxConcurrentActivities,

    // Every activity here is innocent, and this process dies more often than others do.
    MaxInterruptions = 1000,
};
await using var engine = DurableEngine.Start(options, MixedLoad.CreateRegistry());
Say.Line("up");

// On a thread of its own: reading standard input blocks whatever the method's name says.
var raising = Task.Run(RaiseAsync);
foreach (var (id, orchestrator, input) in MixedLoad.Roots)
{
    if (await engine.Client.GetInstanceAsync(id) is not null) continue;
    await engine.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new() { InstanceId = id });
    Say.Line($"scheduled {id}");
}

var ends = Task.WhenAll(MixedLoad.Roots.Select(root => engine.Client.WaitForInstanceCompletionAsync(root.Id, true)));
if (await Task.WhenAny(ends, raising) == raising) await raising;
foreach (var end in await ends)
    Say.Line($"output {end.InstanceId} {end.RuntimeStatus} {end.SerializedOutput ?? end.FailureDetails?.ToString()}");
return;

async Task RaiseAsync()
{
    while (await Console.In.ReadLineAsync() is { } line)
    {
        // Until it is scheduled nobody has use for an event.
        while (await engine.Client.GetInstanceAsync(MixedLoad.Collector) is null) await Task.Yield();
        var accepted = line == MixedLoad.End
            ? await engine.Client.RaiseEventAsync(MixedLoad.Collector, MixedLoad.End, 0)
            : await engine.Client.RaiseEventAsync(MixedLoad.Collector, MixedLoad.Item, int.Parse(line, CultureInfo.InvariantCulture));
        if (accepted) Say.Line($"acknowledged {line}");
    }
}
