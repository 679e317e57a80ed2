using System.CommandLine;
using System.CommandLine.Parsing;
using Serverless.Core.Settings;

namespace Serverless.Cli.CommandLine;

/// <summary>Says what is wrong with a command line in words of ours.</summary>
internal static class UsageErrors
{
    public static CommandFailedException Describe(ParseResult result)
    {
        var help = $"{FullName(result.CommandResult)} --help shows what is allowed.";
        if (result.UnmatchedTokens is [var unmatched, ..]) return Unmatched(result.CommandResult.Command, unmatched, help);
        if (result.CommandResult.Command is RootCommand)
            return CommandFailedException.Usage("a command is missing", help);
        return new CommandFailedException(
            ExitCode.Usage, [.. result.Errors.Select(Describe).Distinct(StringComparer.Ordinal)], help);
    }

    private static CommandFailedException Unmatched(Command command, string token, string help)
    {
        var (kind, names) = token.StartsWith('-')
            ? ("option", command.Options.Select(option => option.Name))
            : ("command", command.Subcommands.Select(subcommand => subcommand.Name));
        var isTooMany = kind == "command" && command is not RootCommand;
        var message = isTooMany ? $"\"{token}\" is one argument too many" : $"{kind} \"{token}\" is not known";
        var closest = Spelling.Closest(token, names);
        return CommandFailedException.Usage(message, closest is null ? help : $"Did you mean {closest}?");
    }

    private static string Describe(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } => $"{option.Option.Name} needs a value",
        OptionResult { Tokens.Count: 0 } option when option.Option.Arity.MinimumNumberOfValues > 0 =>
            option.IdentifierToken is null ? $"{option.Option.Name} is missing" : $"{option.Option.Name} needs a value",
        OptionResult { Tokens.Count: > 1 } option => $"{option.Option.Name} is given more than once",
        ArgumentResult { Tokens.Count: 0 } argument => $"{argument.Argument.Name} is missing",
        _ => error.Message,
    };

    private static string FullName(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{FullName(parent)} {command.Command.Name}" : "fanout";
}
