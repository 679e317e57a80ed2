using System.Diagnostics;

namespace Serverless.Host;

/// <summary>The spans of what the host begins by itself. Those of HTTP calls are ASP.NET Core's own.</summary>
internal static class HostDiagnostics
{
    /// <summary>The name of the source of spans.</summary>
    public const string Name = "Serverless.Host";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins the span of one try to start a day's run: the run's trace begins with it.</summary>
    public static Activity? BeginDailyRun(string runId, int tries) =>
        Source.StartActivity("daily run")?.SetTag("fanout.run.id", runId).SetTag("fanout.try", tries);
}
