namespace Serverless.TestKit.Wire;

/// <summary>A head that listens, with scripted jobs, settings of <see cref="WireScript"/>'s and nothing in it yet.</summary>
public sealed record WireTarget
{
    /// <summary>Calls it.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Where its jobs run.</summary>
    public required ScriptedBackend Backend { get; init; }

    /// <summary>The token of a webhook for a run, a chunk and an attempt.</summary>
    public required Func<string, int, int, string> Token { get; init; }
}
