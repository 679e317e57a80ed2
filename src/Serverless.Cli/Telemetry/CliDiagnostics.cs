using System.Diagnostics;

namespace Serverless.Cli.Telemetry;

/// <summary>The spans of commands.</summary>
internal static class CliDiagnostics
{
    /// <summary>The name of the source of spans.</summary>
    public const string Name = "Serverless.Cli";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins the span of a command that starts a run: the run's trace begins with it.</summary>
    public static Activity? Begin(string command) => Source.StartActivity(command);
}
