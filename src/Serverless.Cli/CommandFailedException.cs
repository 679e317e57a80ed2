namespace Serverless.Cli;

/// <summary>Ends a command with an exit code and words for the person who typed it. No stack trace is shown.</summary>
internal sealed class CommandFailedException(
    int exitCode, IReadOnlyList<string> messages, string? hint = null, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, messages), inner)
{
    public CommandFailedException(int exitCode, string message, string? hint = null, Exception? inner = null)
        : this(exitCode, [message], hint, inner)
    {
    }

    public int ExitCode { get; } = exitCode;

    /// <summary>What is wrong: one line each, without a trailing newline.</summary>
    public IReadOnlyList<string> Messages { get; } = messages;

    /// <summary>What to do about it.</summary>
    public string? Hint { get; } = hint;

    public static CommandFailedException Usage(string message, string? hint = null, Exception? inner = null) =>
        new(Cli.ExitCode.Usage, message, hint, inner);

    public static CommandFailedException Failed(string message, string? hint = null, Exception? inner = null) =>
        new(Cli.ExitCode.Failed, message, hint, inner);
}
