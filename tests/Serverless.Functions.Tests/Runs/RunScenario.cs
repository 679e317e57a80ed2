using Serverless.Core.Runs;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Runs;

/// <summary>A run and what becomes of its jobs, whatever engine it runs on.</summary>
internal sealed record RunScenario
{
    /// <summary>How many flashpoints: fp-0 and so on.</summary>
    public required int Flashpoints { get; init; }

    /// <summary>How the run differs from one with one worker and chunks of one.</summary>
    public Func<RunInput, RunInput> Change { get; init; } = static input => input;

    /// <summary>What becomes of each submission.</summary>
    public Func<ScriptedJob, JobScript>? Script { get; init; }

    /// <summary>The same, for jobs that hang on what has become of others. Not asked when there is a <see cref="Script"/>.</summary>
    public Func<ScriptedBackend, Func<ScriptedJob, JobScript>> ScriptOf { get; init; } = static _ => static _ => new JobScript();

    /// <summary>What somebody does while it runs.</summary>
    public Func<RunOnEngine, Task> Meanwhile { get; init; } = static _ => Task.CompletedTask;

    /// <summary>What somebody does once it has ended; then its end is waited for again.</summary>
    public Func<RunOnEngine, Task>? Afterwards { get; init; }

    /// <summary>How many flashpoints are null in the end.</summary>
    public required int Failed { get; init; }

    /// <summary>How many chunks the report counts.</summary>
    public required int Chunks { get; init; }
}
