using Serverless.Agent.Checkpoints;

namespace Serverless.Agent.Exec;

/// <summary>A command that is kept alive, and whose checkpoints are kept safe.</summary>
public sealed record ExecOptions
{
    /// <summary>The program and its arguments; <c>{checkpoint}</c> in one stands for the path of what to go on from.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Its checkpoints.</summary>
    public required CheckpointOptions Checkpoints { get; init; }

    /// <summary>How it and the machine are watched.</summary>
    public SupervisionOptions Supervision { get; init; } = new();

    /// <summary>Where it is noted what people were told of it: beside its checkpoints, none of which begins with a dot.</summary>
    public string AlertFolder => Path.Combine(Checkpoints.Folder, ".fanout-alerts");
}

/// <summary>How it ended.</summary>
public enum ExecOutcome
{
    /// <summary>The command ended with exit code 0.</summary>
    Done,

    /// <summary>The end was wanted, and all was stored in time: the next machine goes on.</summary>
    Stopped,

    /// <summary>The command failed, and was not to be started again.</summary>
    Failed,

    /// <summary>Another machine has taken over the store of its checkpoints.</summary>
    Superseded,
}
