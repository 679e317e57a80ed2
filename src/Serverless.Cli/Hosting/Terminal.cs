using System.Text;
using Serverless.Cli.Rendering;
using Spectre.Console;

namespace Serverless.Cli.Hosting;

/// <summary>What the process reads and writes. Tests record it.</summary>
internal sealed record Terminal
{
    /// <summary>Wide enough that no table breaks its lines in a log.</summary>
    private const int WidthOfNoTerminal = 200;

    /// <summary>Standard output, for people.</summary>
    public required IAnsiConsole Output { get; init; }

    /// <summary>Standard error: progress, logs and complaints.</summary>
    public required IAnsiConsole Error { get; init; }

    /// <summary>Standard output, for bytes.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>Standard input, for bytes.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Asks a yes-or-no question; null where nobody is there to answer.</summary>
    public required Func<string, bool>? Ask { get; init; }

    /// <summary>Whether progress can be drawn in place.</summary>
    public bool CanAnimate =>
        Error.Profile is { Out.IsTerminal: true, Capabilities: { Ansi: true, Interactive: true } };

    public static Terminal OfProcess()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var error = Create(Console.Error);
        return new()
        {
            Output = Create(Console.Out),
            Error = error,
            OpenOutput = Console.OpenStandardOutput,
            OpenInput = Console.OpenStandardInput,
            Ask = Console.IsInputRedirected ? null : question => AskOn(Console.Error, Console.In, question),
        };
    }

    /// <summary>One line for people, on standard error.</summary>
    public void Say(string line)
    {
        if (CanAnimate) Error.WriteLine(line);
        else Error.Line(line);
    }

    private static IAnsiConsole Create(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = WidthOfNoTerminal;
        return console;
    }

    private static bool AskOn(TextWriter output, TextReader input, string question)
    {
        output.Write($"{question} [y/N] ");
        return input.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
