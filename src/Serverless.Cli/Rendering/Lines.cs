using Spectre.Console;

namespace Serverless.Cli.Rendering;

/// <summary>Lines that stay whole: Spectre.Console would break them at the console's width, in pipes too.</summary>
internal static class Lines
{
    public static void Line(this IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);
}
