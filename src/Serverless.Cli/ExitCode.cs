namespace Serverless.Cli;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    /// <summary>All asked for is done; of a run: every flashpoint has a result.</summary>
    public const int Success = 0;

    /// <summary>It failed, or the run was cancelled.</summary>
    public const int Failed = 1;

    /// <summary>Arguments, settings or input are wrong. Nothing was started or written.</summary>
    public const int Usage = 2;

    /// <summary>The run finished; some results are null.</summary>
    public const int SomeNull = 3;

    /// <summary>Another machine has taken over the store of a training's checkpoints. Must not be started again by itself.</summary>
    public const int Superseded = 4;

    /// <summary>Stopped by a signal; the run is safe and can go on. The shells' number for Ctrl-C.</summary>
    public const int Interrupted = 130;
}
