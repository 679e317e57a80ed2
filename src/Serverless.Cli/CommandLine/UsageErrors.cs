using System.CommandLine;
using System.CommandLine.Parsing;
using Serverless.Core.Settings;

namespace Serverless.Cli.CommandLine;

/// <summary>Says what is wrong with a command line in words of ours.</summary>
internal static class UsageErrors
{
    /// <summary>The reason not to run what was parsed, or null.</summary>
    public static CommandFailedException? Find(ParseResult result)
    {
        // Help and version work whatever else was typed.
        if (result.Action is { ClearsParseErrors: true }) return null;
        var help = $"{FullName(result.CommandResult)} --help shows what is allowed.";
        var command = result.CommandResult.Command;
        if (UnknownOption(result.CommandResult) is { } option) return Unmatched(command, option, help);
        if (result.UnmatchedTokens is [var unmatched, ..]) return Unmatched(command, unmatched, help);
        if (result.Errors.Count == 0) return null;
        if (command is RootCommand) return CommandFailedException.Usage("a command is missing", help);
        return new CommandFailedException(
            ExitCode.Usage, [.. result.Errors.Select(Describe).Distinct(StringComparer.Ordinal)], help);
    }

    /// <summary>The parser takes an option it does not know for an argument. A command's arguments are not ours to know; what it
    /// begins with is.</summary>
    private static string? UnknownOption(CommandResult command) => command.Children
        .OfType<ArgumentResult>()
        .SelectMany(argument => argument.Argument is CommandArgument ? argument.Tokens.Take(1) : argument.Tokens)
        .Select(token => token.Value)
        .FirstOrDefault(value => value is ['-', _, ..]);

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
